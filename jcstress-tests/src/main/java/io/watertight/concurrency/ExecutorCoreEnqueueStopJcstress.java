package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * An executor is stopped while a task is submitted, and run if it was accepted. The task is refused, or run, or handed back, or
 * cancelled; and the executor ends.
 *
 * <p>Results: whether it was accepted; what became of it; how many were handed back, and how often it ran; and whether everything
 * adds up.
 */
@JCStressTest
@Outcome(id = "false, new, 0/0, sound", expect = ACCEPTABLE, desc = "Refused at once: nobody has it.")
@Outcome(id = "false, cancelled, 0/0, sound", expect = ACCEPTABLE, desc = "Refused.")
@Outcome(id = "true, cancelled, 1/0, sound", expect = ACCEPTABLE, desc = "Queued, and handed back.")
@Outcome(
        id = {"true, cancelled, 0/0, sound", "true, cancelled, 0/1, sound"},
        expect = ACCEPTABLE,
        desc = "Taken, and cancelled.")
@Outcome(id = "true, done, 0/1, sound", expect = ACCEPTABLE, desc = "Run before.")
@Outcome(expect = FORBIDDEN, desc = "Accepted and forgotten, or run though it was refused or handed back.")
@State
public class ExecutorCoreEnqueueStopJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final TaskRecord<Object> task = executor.task();
    private int handedBack;

    @Actor
    public void submitter(LLLL_Result r) {
        r.r1 = executor.submit(task);
        executor.work();
    }

    @Actor
    public void stopper() {
        handedBack = executor.stop();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        executor.work();
        r.r2 = ScopeFixture.end(task);
        r.r3 = handedBack + "/" + executor.runs;
        r.r4 = executor.audit();
    }

    /** Looks whether the executor is stopped, and queues the task later. */
    @JCStressTest
    @JCStressMeta(ExecutorCoreEnqueueStopJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TaskFixture fixture = new TaskFixture();
        private final ConcurrentLinkedQueue<TaskRecord<?>> queue = new ConcurrentLinkedQueue<>();
        private final TaskRecord<String> task = fixture.task();
        private volatile boolean stopped;
        private int handedBack;

        @Actor
        public void submitter(LLLL_Result r) {
            boolean accepted = !stopped;
            fixture.dawdle();
            if (accepted) {
                queue.add(task);
            } else {
                task.cancel(false);
            }
            r.r1 = accepted;
        }

        @Actor
        public void stopper() {
            fixture.dawdle();
            stopped = true;
            for (TaskRecord<?> next = queue.poll(); next != null; next = queue.poll()) {
                next.cancel(false);
                handedBack++;
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r2 = ScopeFixture.end(task);
            r.r3 = handedBack + "/" + fixture.runs;
            r.r4 = queue.isEmpty() ? "sound" : "queued";
        }
    }
}
