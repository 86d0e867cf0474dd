package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The last child ends while the owner begins to wait for it. The owner sees that, or is woken for it.
 *
 * <p>Results: what joining said, and how many children are live.
 */
@JCStressTest
@Outcome(id = "joined, 0", expect = ACCEPTABLE, desc = "The owner goes on.")
@Outcome(expect = FORBIDDEN, desc = "The owner waits, though nothing runs.")
@State
public class ScopeCoreJoinJcstress {
    private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
    private final TaskRecord<Object> task = scope.fork(scope.runs::incrementAndGet);

    @Actor
    public void child() {
        scope.runChild();
    }

    @Actor
    public void owner(LL_Result r) {
        long start = System.nanoTime();
        try {
            scope.join();
            boolean woken = System.nanoTime() - start < ScopeFixture.BOUND.toNanos();
            r.r1 = !woken ? "not woken" : task.isTerminated() ? "joined" : "too early";
        } catch (TaskScope.FailedException timeOut) {
            r.r1 = "not woken";
        }
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = scope.core.live();
    }

    /** Looks, and waits later. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(ScopeCoreJoinJcstress.class)
    @State
    public static class BrokenCheckThenPark {
        private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
        private volatile int live = 1;
        private volatile boolean parked;
        private boolean unparked;

        @Actor
        public void child() {
            scope.dawdle();
            live = 0;
            unparked = parked;
        }

        @Actor
        public void owner() {
            if (live > 0) {
                scope.dawdle();
                parked = true;
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = parked && !unparked ? "not woken" : "joined";
            r.r2 = live;
        }
    }
}
