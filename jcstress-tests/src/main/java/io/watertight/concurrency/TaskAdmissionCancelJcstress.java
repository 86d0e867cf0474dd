package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * An executor is full, and a task that waits is cancelled while another is submitted. Who has seen that the task is cancelled finds
 * its place free; and the queue holds nothing of it.
 *
 * <p>Results: whether the other was submitted after the cancel, whether it was accepted, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = {"true, true, sound", "false, true, sound"},
        expect = ACCEPTABLE,
        desc = "There was room.")
@Outcome(id = "false, false, sound", expect = ACCEPTABLE, desc = "There was no room yet.")
@Outcome(expect = FORBIDDEN, desc = "Refused though there must have been room; or a place was lost.")
@State
public class TaskAdmissionCancelJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final TaskRecord<Object> task = executor.task();
    private final TaskRecord<Object> queued;
    private volatile boolean cancelled;

    public TaskAdmissionCancelJcstress() {
        executor.submitted();
        queued = executor.submitted();
    }

    @Actor
    public void canceller() {
        queued.cancel(false);
        cancelled = true;
    }

    @Actor
    public void submitter(LLL_Result r) {
        r.r1 = cancelled;
        r.r2 = executor.submit(task);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = executor.auditAfter((boolean) r.r2 ? 2 : 1);
    }

    /** Says that the task is cancelled, and gives its place back later. */
    @JCStressTest
    @JCStressMeta(TaskAdmissionCancelJcstress.class)
    @State
    public static class BrokenPlaceLater {
        private final ExecutorFixture executor = new ExecutorFixture();
        private final TaskRecord<Object> task = executor.task();
        private final TaskRecord<Object> queued;
        private volatile boolean cancelled;

        public BrokenPlaceLater() {
            executor.submitted();
            queued = executor.submitted();
        }

        @Actor
        public void canceller() {
            cancelled = true;
            executor.dawdle();
            queued.cancel(false);
        }

        @Actor
        public void submitter(LLL_Result r) {
            r.r1 = cancelled;
            r.r2 = executor.submit(task);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = executor.auditAfter((boolean) r.r2 ? 2 : 1);
        }
    }
}
