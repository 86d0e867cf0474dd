package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A task that is queued is cancelled, which takes it out of the queue, while the worker takes the next one out. The queue stays whole:
 * the task behind it is run, and each place is given back once.
 *
 * <p>Results: what cancelling said, how often the first task ran and the second, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 0, 1, sound", expect = ACCEPTABLE, desc = "Cancelled before it ran.")
@Outcome(id = "true, 1, 1, sound", expect = ACCEPTABLE, desc = "Cancelled while it ran.")
@Outcome(id = "false, 1, 1, sound", expect = ACCEPTABLE, desc = "It was done before.")
@Outcome(expect = FORBIDDEN, desc = "Run though cancelled, or the other was lost, or a place was.")
@State
public class TaskQueueCancelJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final AtomicInteger firstRuns = new AtomicInteger();
    private final TaskRecord<Object> first = executor.task(firstRuns::incrementAndGet);

    public TaskQueueCancelJcstress() {
        executor.submit(first);
        executor.submitted();
    }

    @Actor
    public void worker() {
        executor.work();
    }

    @Actor
    public void canceller(LLLL_Result r) {
        r.r1 = first.cancel(true);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r2 = firstRuns.get();
        r.r3 = executor.runs.get();
        r.r4 = executor.audit();
    }

    /** Both look whether the task is queued, and take it out later, without the executor's lock. */
    @JCStressTest
    @JCStressMeta(TaskQueueCancelJcstress.class)
    @State
    public static class BrokenNoLock {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskQueue queue = new TaskQueue(fixture);
        private final TaskRecord<String> first = fixture.task();
        private final AtomicInteger taken = new AtomicInteger();

        public BrokenNoLock() {
            queue.add(first);
        }

        @Actor
        public void worker(LLLL_Result r) {
            r.r2 = take() ? 1 : 0;
            r.r3 = 1;
        }

        @Actor
        public void canceller(LLLL_Result r) {
            r.r1 = take();
        }

        private boolean take() {
            boolean queued = first.next != null;
            fixture.dawdle();
            if (queued) {
                queue.remove(first);
                taken.incrementAndGet();
            }
            return queued;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r4 = taken.get() == 1 ? "sound" : "taken " + taken + " times";
        }
    }
}
