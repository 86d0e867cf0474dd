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
 * A task runs on the thread of its caller, for want of room, and is cancelled while somebody else interrupts that thread, for reasons
 * of their own. Cancelling such a task interrupts nobody; and the other's interrupt is still set when the task is over.
 *
 * <p>Results: whether the thread was interrupted from outside, and whether it found that.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Interrupted, and it stays set.")
@Outcome(id = "false, false", expect = ACCEPTABLE, desc = "Nobody interrupted: the task had not begun.")
@Outcome(expect = FORBIDDEN, desc = "The interrupt was lost, or the cancel interrupted a thread that is not ours.")
@State
public class TaskAdmissionCallerInterruptJcstress {
    private final ExecutorFixture executor = new ExecutorFixture(0, SaturationPolicy.CALLER_RUNS);
    private final TaskRecord<Object> task = executor.task(executor::bodyOfCaller);

    public TaskAdmissionCallerInterruptJcstress() {
        executor.submitted();
    }

    @Actor
    public void caller(LL_Result r) {
        executor.submit(task);
        r.r2 = executor.isCallerInterrupted();
    }

    @Actor
    public void other(LL_Result r) {
        r.r1 = executor.interruptCaller(task);
    }

    /** Runs the task as a worker does, which sheds what a task may have left. */
    @JCStressTest
    @JCStressMeta(TaskAdmissionCallerInterruptJcstress.class)
    @State
    public static class BrokenAsWorker {
        private final ExecutorFixture executor = new ExecutorFixture(0, SaturationPolicy.CALLER_RUNS);
        private final TaskRecord<Object> task = executor.task(executor::bodyOfCaller);

        @Actor
        public void caller(LL_Result r) {
            task.runOn(Thread.currentThread());
            r.r2 = executor.isCallerInterrupted();
        }

        @Actor
        public void other(LL_Result r) {
            r.r1 = executor.interruptCaller(task);
        }
    }
}
