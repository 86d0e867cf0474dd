package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A task is cancelled with an interrupt at the moment its body ends. The interrupt reaches that task, or nobody: when the worker
 * goes on, its thread is not interrupted, and will not be.
 *
 * <p>Results: whether the worker was found interrupted after the task, and what cancelling said.
 */
@JCStressTest
@Outcome(
        id = {"false, true", "false, false"},
        expect = ACCEPTABLE,
        desc = "The interrupt was the task's, or was none.")
@Outcome(expect = FORBIDDEN, desc = "The next task would have been interrupted.")
@State
public class TaskRecordInterruptJcstress {
    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> task = fixture.task();

    @Actor
    public void worker(LL_Result r) {
        task.runOn(Thread.currentThread());
        r.r1 = Thread.interrupted();
    }

    @Actor
    public void canceller(LL_Result r) {
        r.r2 = task.cancel(true);
    }

    /** Decides that the task is cancelled, and interrupts later. The flag is a model, so that no thread is disturbed. */
    @JCStressTest
    @JCStressMeta(TaskRecordInterruptJcstress.class)
    @State
    public static class BrokenLateInterrupt {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskRecord<String> task = fixture.task();
        private volatile boolean interrupted;

        @Actor
        public void worker(LL_Result r) {
            task.runOn(Thread.currentThread());
            interrupted = false; // what the task may have left
            fixture.dawdle();
            r.r1 = interrupted;
        }

        @Actor
        public void canceller(LL_Result r) {
            r.r2 = task.cancel(false);
            if ((boolean) r.r2) {
                interrupted = true;
            }
        }
    }
}
