package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.RejectedExecutionException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * The thread for a task cannot be started while the executor is stopped. The task is cancelled, by one of the two, and its permit
 * comes back once.
 *
 * <p>Results: whether it was accepted, what became of it, how many were handed back, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, cancelled, 0, sound", expect = ACCEPTABLE, desc = "Refused.")
@Outcome(id = "true, cancelled, 1, sound", expect = ACCEPTABLE, desc = "Accepted, and handed back.")
@Outcome(expect = FORBIDDEN, desc = "The task waits for ever, or its permit is back twice or never.")
@State
public class ExecutorCoreNoThreadJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final TaskRecord<Object> task = executor.task();
    private int handedBack;
    private boolean admitted;

    public ExecutorCoreNoThreadJcstress() {
        executor.noThreads = true;
        admitted = executor.core.admission.admit(ExecutorFixture.BODY);
    }

    @Actor
    public void submitter(LLLL_Result r) {
        try {
            executor.core.enqueue(task, ExecutorFixture.BODY);
            r.r1 = admitted;
        } catch (RejectedExecutionException refused) {
            r.r1 = false;
        }
    }

    @Actor
    public void stopper() {
        handedBack = executor.stop();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r2 = ScopeFixture.end(task);
        r.r3 = handedBack;
        r.r4 = executor.audit();
    }

    /** Looks whether the task is cancelled, and gives its permit back later. */
    @JCStressTest
    @JCStressMeta(ExecutorCoreNoThreadJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TaskFixture fixture = new TaskFixture();
        private volatile int state = TaskRecord.NEW;

        @Actor
        public void submitter(LLLL_Result r) {
            r.r1 = !cancel();
        }

        @Actor
        public void stopper(LLLL_Result r) {
            r.r3 = cancel() ? 1 : 0;
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
            r.r2 = "cancelled";
            r.r4 = fixture.permitsBack.get() == 1 ? "sound" : "permits " + fixture.permitsBack;
        }
    }
}
