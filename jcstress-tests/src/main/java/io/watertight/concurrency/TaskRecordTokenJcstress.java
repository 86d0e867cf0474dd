package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The token of a task is asked for, for the first time, while the task is cancelled. It is made then, and is cancelled in the end,
 * whoever came first.
 *
 * <p>Result: whether the token is cancelled.
 */
@JCStressTest
@Outcome(id = "true", expect = ACCEPTABLE, desc = "One of the two saw the other.")
@Outcome(expect = FORBIDDEN, desc = "The task is cancelled, and its token will never be.")
@State
public class TaskRecordTokenJcstress {
    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> task = fixture.task();
    private CancelToken token;

    @Actor
    public void asker() {
        token = task.token();
    }

    @Actor
    public void canceller() {
        task.cancel(false);
    }

    @Arbiter
    public void arbiter(L_Result r) {
        r.r1 = token.isCancelled();
    }

    /** Makes the token and does not look whether the task is cancelled by then. */
    @JCStressTest
    @JCStressMeta(TaskRecordTokenJcstress.class)
    @State
    public static class BrokenNoSecondLook {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskRecord<String> task = fixture.task();
        private CancelToken token;

        @Actor
        public void asker() {
            token = task.extra().token;
        }

        @Actor
        public void canceller() {
            task.cancel(false);
        }

        @Arbiter
        public void arbiter(L_Result r) {
            r.r1 = token.isCancelled();
        }
    }
}
