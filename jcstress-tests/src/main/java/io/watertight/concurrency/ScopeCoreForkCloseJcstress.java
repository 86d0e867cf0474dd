package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A scope is closed while a child is forked and run. When the close has returned nothing of the scope runs: the child was refused,
 * or is waited for.
 *
 * <p>Results: what became of the child, how often its body ran, whether that was still going on after the close, and how many
 * children are live.
 */
@JCStressTest
@Outcome(
        id = {"refused, 0, false, 0", "cancelled, 0, false, 0", "cancelled, 1, false, 0", "done, 1, false, 0"},
        expect = ACCEPTABLE,
        desc = "Refused, or cancelled or done before the close returned.")
@Outcome(expect = FORBIDDEN, desc = "A child runs on in a scope that is closed, or is counted twice or never.")
@State
public class ScopeCoreForkCloseJcstress {
    private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
    private TaskRecord<Object> task;
    private volatile boolean closed;
    private boolean late;

    @Actor
    public void forker() {
        try {
            task = scope.fork(this::work);
            scope.runChild();
        } catch (IllegalStateException refused) {
            task = null;
        }
    }

    private Object work() {
        scope.dawdle();
        late = closed;
        return scope.runs.incrementAndGet() == 0;
    }

    @Actor
    public void closer() {
        scope.core.close();
        closed = true;
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r1 = ScopeFixture.end(task);
        r.r2 = scope.runs.get();
        r.r3 = late;
        r.r4 = scope.core.live();
    }

    /** Looks for children to wait for first, and then cancels. */
    @JCStressTest
    @JCStressMeta(ScopeCoreForkCloseJcstress.class)
    @State
    public static class BrokenLookFirst {
        private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
        private TaskRecord<Object> task;
        private volatile boolean closed;
        private boolean late;

        @Actor
        public void forker() {
            scope.dawdle();
            task = scope.fork(this::work);
            scope.runChild();
        }

        private Object work() {
            scope.dawdleLong();
            late = closed;
            return scope.runs.incrementAndGet() == 0;
        }

        @Actor
        public void closer() {
            if (scope.core.live() == 0) {
                scope.dawdleLong();
                scope.core.cancel(TokenFixture.ONE);
            } else {
                scope.core.close();
            }
            closed = true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r1 = ScopeFixture.end(task);
            r.r2 = scope.runs.get();
            r.r3 = late;
            r.r4 = scope.core.live();
        }
    }
}
