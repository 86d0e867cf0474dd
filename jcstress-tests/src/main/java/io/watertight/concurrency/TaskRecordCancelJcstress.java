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
 * A task that nobody has taken is cancelled twice at once. One of the two decides, and its place is given back once.
 *
 * <p>Results: what each said, how the future ended, and how often the place was given back.
 */
@JCStressTest
@Outcome(
        id = {"true, false, true, 1", "false, true, true, 1"},
        expect = ACCEPTABLE,
        desc = "One decided.")
@Outcome(expect = FORBIDDEN, desc = "Both or none decided, or the place was given back twice or never.")
@State
public class TaskRecordCancelJcstress {
    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> task = fixture.task();

    @Actor
    public void one(LLLL_Result r) {
        r.r1 = task.cancel(true);
    }

    @Actor
    public void other(LLLL_Result r) {
        r.r2 = task.cancel(false);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r3 = task.isCancelled() && task.isTerminated();
        r.r4 = fixture.permitsBack.get();
    }

    /** Looks whether it is done, and cancels later. */
    @JCStressTest
    @JCStressMeta(TaskRecordCancelJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TaskFixture fixture = new TaskFixture();
        private volatile int state = TaskRecord.NEW;

        @Actor
        public void one(LLLL_Result r) {
            r.r1 = cancel();
        }

        @Actor
        public void other(LLLL_Result r) {
            r.r2 = cancel();
        }

        private boolean cancel() {
            if (state != TaskRecord.NEW) {
                return false;
            }
            fixture.dawdle();
            state = TaskRecord.CANCELLED;
            fixture.permitsBack.incrementAndGet();
            return true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = state == TaskRecord.CANCELLED;
            r.r4 = fixture.permitsBack.get();
        }
    }
}
