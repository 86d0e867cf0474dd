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
 * A task is cancelled while a worker takes it. The body runs unless it was cancelled before; a result that nobody gets goes to
 * the executor, once; the task's place is given back once; and the future ends.
 *
 * <p>Results: what cancelling said, how often the body ran, how the future ended with how many late results, and how often the
 * place was given back.
 */
@JCStressTest
@Outcome(id = "true, 0, cancelled 0, 1", expect = ACCEPTABLE, desc = "Cancelled before it ran.")
@Outcome(id = "true, 1, cancelled 1, 1", expect = ACCEPTABLE, desc = "Cancelled while it ran; the result came late.")
@Outcome(id = "false, 1, done 0, 1", expect = ACCEPTABLE, desc = "It was done before.")
@Outcome(expect = FORBIDDEN, desc = "Run though cancelled, or two outcomes, or none, or a result or a place was lost.")
@State
public class TaskRecordRunJcstress {
    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> task = fixture.task();

    @Actor
    public void worker() {
        task.runOn(Thread.currentThread());
    }

    @Actor
    public void canceller(LLLL_Result r) {
        r.r1 = task.cancel(false);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r2 = fixture.runs.get();
        String end = !task.isTerminated() ? "going on" : task.isCancelled() ? "cancelled" : "done";
        r.r3 = end + " " + fixture.late.get();
        r.r4 = fixture.permitsBack.get();
    }

    /** Both look at the state, and write it later. */
    @JCStressTest
    @JCStressMeta(TaskRecordRunJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TaskFixture fixture = new TaskFixture();
        private volatile int state = TaskRecord.NEW;

        @Actor
        public void worker() {
            if (state == TaskRecord.NEW) {
                fixture.dawdle();
                state = TaskRecord.RUNNING;
                fixture.call();
                fixture.bodyEnded();
                state = TaskRecord.DONE;
            }
        }

        @Actor
        public void canceller(LLLL_Result r) {
            r.r1 = state == TaskRecord.NEW;
            if (state == TaskRecord.NEW) {
                fixture.dawdle();
                state = TaskRecord.CANCELLED;
                fixture.permitsBack.incrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r2 = fixture.runs.get();
            r.r3 = (state == TaskRecord.CANCELLED ? "cancelled " : "done ") + fixture.late.get();
            r.r4 = fixture.permitsBack.get();
        }
    }
}
