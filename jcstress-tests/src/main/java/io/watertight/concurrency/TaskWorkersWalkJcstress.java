package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A thread of an executor ends, and another comes, while the watchdog looks at all of them without the lock. It sees those that
 * stay, each once, and the one that goes at most once.
 *
 * <p>Results: how often it saw those that stay, the older one times ten; and the one that went.
 */
@JCStressTest
@Outcome(
        id = {"11, 0", "11, 1"},
        expect = ACCEPTABLE,
        desc = "Those that stay were seen; the other had gone, or had not.")
@Outcome(expect = FORBIDDEN, desc = "One that stays was not seen, or one was seen twice.")
@State
public class TaskWorkersWalkJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final TaskWorkers workers = new TaskWorkers();
    private final TaskWorker oldest = new TaskWorker(executor.core, 1);
    private final TaskWorker leaving = new TaskWorker(executor.core, 2);
    private final TaskWorker newest = new TaskWorker(executor.core, 3);
    private final TaskWorker coming = new TaskWorker(executor.core, 4);

    public TaskWorkersWalkJcstress() {
        workers.add(oldest);
        workers.add(leaving);
        workers.add(newest);
    }

    @Actor
    public void executor() {
        workers.remove(leaving);
        workers.add(coming);
    }

    @Actor
    public void watchdog(II_Result r) {
        for (TaskWorker worker = workers.first(); worker != null; worker = worker.next) {
            r.r1 += worker == oldest ? 10 : worker == newest ? 1 : 0;
            r.r2 += worker == leaving ? 1 : 0;
        }
    }

    /** Cuts off who goes, as a queue does: who looks at it then believes to be at the end. */
    @JCStressTest
    @JCStressMeta(TaskWorkersWalkJcstress.class)
    @State
    public static class BrokenCutOff {
        private final ExecutorFixture executor = new ExecutorFixture();
        private final TaskWorkers workers = new TaskWorkers();
        private final TaskWorker oldest = new TaskWorker(executor.core, 1);
        private final TaskWorker leaving = new TaskWorker(executor.core, 2);
        private final TaskWorker newest = new TaskWorker(executor.core, 3);

        public BrokenCutOff() {
            workers.add(oldest);
            workers.add(leaving);
            workers.add(newest);
        }

        @Actor
        public void executor() {
            executor.dawdle();
            workers.remove(leaving);
            leaving.next = null;
        }

        @Actor
        public void watchdog(II_Result r) {
            for (TaskWorker worker = workers.first(); worker != null; worker = worker.next) {
                r.r1 += worker == oldest ? 10 : worker == newest ? 1 : 0;
                if (worker == leaving) {
                    r.r2++;
                    executor.dawdle();
                    executor.dawdle(); // once more than the other: so that it is amidst, whoever began first
                }
            }
        }
    }
}
