package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.Semaphore;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A full executor, whose submitters wait for room, is shut down while one begins to wait. It is woken, and refused.
 *
 * <p>Results: whether it was accepted, or not woken; and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, sound", expect = ACCEPTABLE, desc = "The submitter goes on.")
@Outcome(
        expect = FORBIDDEN,
        desc = "The submitter waits for room in an executor that is shut down, or its task is accepted.")
@State
public class TaskAdmissionWaitJcstress {
    private final ExecutorFixture executor = new ExecutorFixture(0, SaturationPolicy.WAIT);
    private final TaskRecord<Object> task = executor.task();

    public TaskAdmissionWaitJcstress() {
        executor.submitted();
    }

    @Actor
    public void submitter(LL_Result r) {
        long start = System.nanoTime();
        boolean accepted = executor.submit(task);
        r.r1 = System.nanoTime() - start < ExecutorFixture.BOUND_NANOS ? (Object) accepted : "not woken";
    }

    @Actor
    public void closer() {
        executor.core.shutdown();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        executor.work();
        r.r2 = executor.audit();
    }

    /** Says that it is shut down after it has let those go on that wait. */
    @JCStressTest
    @JCStressMeta(TaskAdmissionWaitJcstress.class)
    @State
    public static class BrokenPhaseLater {
        private final ExecutorFixture executor = new ExecutorFixture();
        private final Semaphore permits = new Semaphore(0);
        private volatile boolean shutDown;

        @Actor
        public void submitter(LL_Result r) {
            executor.dawdle();
            r.r1 = !shutDown && permits.tryAcquire() && !shutDown;
        }

        @Actor
        public void closer() {
            permits.release();
            executor.dawdle();
            shutDown = true;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = "sound";
        }
    }
}
