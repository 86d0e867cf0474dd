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
 * The last thread of an executor that is shut down ends while somebody begins to wait for that. Who waits sees it, or is woken for it.
 *
 * <p>Results: what the waiter was told, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "ended, sound", expect = ACCEPTABLE, desc = "The waiter goes on.")
@Outcome(expect = FORBIDDEN, desc = "The waiter waits, though the executor has ended.")
@State
public class ExecutorCloseAwaitJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();

    public ExecutorCloseAwaitJcstress() {
        executor.submitted();
        executor.core.shutdown();
    }

    @Actor
    public void worker() {
        executor.work();
    }

    @Actor
    public void waiter(LL_Result r) {
        r.r1 = executor.awaitEnd();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = executor.audit();
    }

    /** Looks whether it has ended, and waits later. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(ExecutorCloseAwaitJcstress.class)
    @State
    public static class BrokenCheckThenPark {
        private final ExecutorFixture executor = new ExecutorFixture();
        private volatile boolean waits;
        private boolean woken;

        public BrokenCheckThenPark() {
            executor.submitted();
            executor.core.shutdown();
        }

        @Actor
        public void worker() {
            executor.work();
            woken = waits;
        }

        @Actor
        public void waiter() {
            if (executor.core.phase() != ExecutorCore.ENDED) {
                executor.dawdle();
                waits = true;
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = waits && !woken ? "not woken" : "ended";
            r.r2 = executor.audit();
        }
    }
}
