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
 * The last thread of an executor ends for idleness while a task is submitted. It takes the task, or another is started: a task that
 * is queued always has a thread.
 *
 * <p>Results: what became of the task, how many threads were started, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "done, 1, sound", expect = ACCEPTABLE, desc = "The thread took it.")
@Outcome(id = "done, 2, sound", expect = ACCEPTABLE, desc = "Another did.")
@Outcome(expect = FORBIDDEN, desc = "The task is queued, and nobody comes.")
@State
public class ExecutorCoreIdleJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final TaskRecord<Object> task = executor.task();

    public ExecutorCoreIdleJcstress() {
        executor.submitted().cancel(false);
    }

    @Actor
    public void worker() {
        executor.work();
    }

    @Actor
    public void submitter() {
        executor.submit(task);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        executor.work();
        r.r1 = ScopeFixture.end(task);
        r.r2 = executor.starts.get();
        r.r3 = executor.audit();
    }

    /** Leaves without another look at the queue. */
    @JCStressTest
    @JCStressMeta(ExecutorCoreIdleJcstress.class)
    @State
    public static class BrokenNoSecondLook {
        private final ExecutorFixture executor = new ExecutorFixture();
        private final TaskRecord<Object> task = executor.task();
        private final TaskWorker worker;

        public BrokenNoSecondLook() {
            executor.submitted().cancel(false);
            worker = executor.pollWorker();
        }

        @Actor
        public void worker() {
            TaskRecord<?> next = executor.core.next(worker, false, false);
            if (next != null) {
                next.runOn(null);
                executor.core.bodyEnded();
                executor.core.next(worker, true, true);
            }
            executor.dawdle();
            executor.leaveBlindly(worker);
        }

        @Actor
        public void submitter() {
            executor.dawdle();
            executor.submit(task);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            executor.work();
            r.r1 = ScopeFixture.end(task);
            r.r2 = executor.starts.get();
            r.r3 = executor.audit();
        }
    }
}
