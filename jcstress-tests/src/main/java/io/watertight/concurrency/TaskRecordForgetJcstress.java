package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Two wait for a task, and one of them gives up while the task ends. To get off the list it takes all for a moment and puts the
 * others back; whoever ends the task may find the list empty then, and the other is woken all the same.
 *
 * <p>Results: whether the other is woken, and how many wait.
 */
@JCStressTest
@Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "One of the two woke the other waiter.")
@Outcome(expect = FORBIDDEN, desc = "The other waits, though the task has ended.")
@State
public class TaskRecordForgetJcstress {
    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> task = fixture.task();
    private final Object other = TaskFixture.push(task);
    private final Object gone = TaskFixture.push(task);

    @Actor
    public void worker() {
        task.runOn(null);
    }

    @Actor
    public void waiter() {
        TaskFixture.forget(task, gone);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = TaskFixture.isWoken(other);
        r.r2 = task.waitersNow();
    }

    /** Puts the other back and does not look whether the task has ended meanwhile. */
    @JCStressTest
    @JCStressMeta(TaskRecordForgetJcstress.class)
    @State
    public static class BrokenNoSecondLook {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskRecord<String> task = fixture.task();
        private final Object other = TaskFixture.push(task);

        public BrokenNoSecondLook() {
            TaskFixture.push(task);
        }

        @Actor
        public void worker() {
            task.runOn(null);
        }

        @Actor
        public void waiter() {
            if (TaskFixture.takeWaiters(task)) {
                fixture.dawdle();
                TaskFixture.push(task, other);
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = TaskFixture.isWoken(other) || task.waitersNow() == 0;
            r.r2 = task.waitersNow();
        }
    }
}
