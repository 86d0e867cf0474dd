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
 * An executor with a task that waits is shut down while it is found dropped. What comes first decides: the task is run, or cancelled;
 * and the executor ends, whoever was first.
 *
 * <p>Results: what became of the task, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "done, sound", expect = ACCEPTABLE, desc = "Shut down before: it was not dropped.")
@Outcome(id = "cancelled, sound", expect = ACCEPTABLE, desc = "Dropped before.")
@Outcome(expect = FORBIDDEN, desc = "The executor does not end, or the task does not.")
@State
public class ExecutorCoreAbandonJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final TaskRecord<Object> task = executor.submitted();

    @Actor
    public void owner() {
        executor.core.shutdown();
    }

    @Actor
    public void reaper() {
        executor.core.abandon();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        executor.work();
        r.r1 = ScopeFixture.end(task);
        r.r2 = executor.audit();
    }

    /** Both look at the phase, and write it later. A thread comes for what is queued, and ends the executor then. */
    @JCStressTest
    @JCStressMeta(ExecutorCoreAbandonJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskRecord<String> task = fixture.task();
        private volatile int phase = ExecutorCore.OPEN;

        @Actor
        public void owner() {
            if (phase == ExecutorCore.OPEN) {
                fixture.dawdle();
                phase = ExecutorCore.SHUTDOWN;
            }
        }

        @Actor
        public void reaper() {
            if (phase == ExecutorCore.OPEN) {
                fixture.dawdle();
                task.cancel(false);
                phase = ExecutorCore.ENDED;
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            if (phase == ExecutorCore.SHUTDOWN && task.runOn(null)) {
                phase = ExecutorCore.ENDED;
            }
            r.r1 = ScopeFixture.end(task);
            r.r2 = phase == ExecutorCore.ENDED ? "sound" : "phase " + phase;
        }
    }
}
