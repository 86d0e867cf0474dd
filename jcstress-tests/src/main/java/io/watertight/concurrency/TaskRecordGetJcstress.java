package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A task ends while somebody begins to wait for it. Who waits sees that, or is woken for it, and is on no list afterwards.
 *
 * <p>Results: what the waiter got, and how many wait.
 */
@JCStressTest
@Outcome(id = "result, 0", expect = ACCEPTABLE, desc = "The waiter goes on.")
@Outcome(expect = FORBIDDEN, desc = "The waiter waits, though the task has ended.")
@State
public class TaskRecordGetJcstress {
    /** Far longer than anything here takes, and shorter than for ever: so that who is not woken is found. */
    private static final int BOUND_SECONDS = 20;

    private final TaskFixture fixture = new TaskFixture();
    private final TaskRecord<String> task = fixture.longTask();

    @Actor
    public void worker() {
        task.runOn(Thread.currentThread());
    }

    @Actor
    public void waiter(LL_Result r) {
        long start = System.nanoTime();
        try {
            String result = task.get(BOUND_SECONDS, TimeUnit.SECONDS);
            r.r1 = System.nanoTime() - start < TimeUnit.SECONDS.toNanos(BOUND_SECONDS) ? result : "not woken";
        } catch (TimeoutException forgotten) {
            r.r1 = "not woken";
        } catch (InterruptedException | ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = task.waitersNow();
    }

    /** Looks whether the task is done, and gets onto the list later. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(TaskRecordGetJcstress.class)
    @State
    public static class BrokenOneLook {
        private final TaskFixture fixture = new TaskFixture();
        private final TaskRecord<String> task = fixture.task();
        private Object waiting;

        @Actor
        public void worker() {
            task.runOn(Thread.currentThread());
        }

        @Actor
        public void waiter() {
            if (!task.isDone()) {
                fixture.dawdle();
                waiting = TaskFixture.push(task);
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = waiting != null && !TaskFixture.isWoken(waiting) ? "not woken" : "result";
            r.r2 = task.waitersNow();
        }
    }
}
