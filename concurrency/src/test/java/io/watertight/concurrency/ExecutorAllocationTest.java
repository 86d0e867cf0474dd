package io.watertight.concurrency;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What tasks allocate, to the byte. On books of its own, which no scope of the leak check makes slower. */
class ExecutorAllocationTest {
    private static final int TASK_BYTES = 48;
    /** With how it comes to its timers. */
    private static final int TASK_WITH_DEADLINE_BYTES = 64 + 16;
    /** With what it does. */
    private static final int TIMER_BYTES = 48 + 16;
    /** What few tasks have, the token, and its lock. */
    private static final int TOKEN_BYTES = 32 + 40 + 16;

    private static final Callable<String> WORK = String::new;

    /** Escapes, so that no compiler removes the task. */
    static volatile Object sink;

    /** What is done with an executor whose only thread is busy. */
    private interface Use {
        void use(TaskExecutor executor) throws Exception;
    }

    private static void assertAllocatesAtMost(int bytes, Use use) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorSettings settings =
                CancellableExecutor.builder("allocation").threads(1).queue(10).settings();
        try (TaskExecutor executor = TaskExecutor.open(settings, (type, keeper) -> new ManualBooks(keeper))) {
            executor.execute(() -> {
                begun.countDown();
                CancellableExecutorTest.awaitIgnoringInterrupts(goOn);
            });
            begun.await();
            try {
                Allocations.assertAllocatesAtMost(bytes, AllocationMode.STEADY, () -> use.use(executor));
            } finally {
                goOn.countDown();
                sink = null;
            }
        }
    }

    @Test
    void submitAndCancelAllocateTheTaskOnly() throws Exception {
        assertAllocatesAtMost(TASK_BYTES, executor -> {
            Task<String> task = executor.submit(WORK);
            sink = task;
            task.cancel(true);
        });
    }

    @Test
    void submitWithADeadlineAllocatesTheTaskAndItsTimer() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofHours(1));
        CancellableTask<String> work = token -> "result";

        assertAllocatesAtMost(TASK_WITH_DEADLINE_BYTES + TIMER_BYTES, executor -> {
            Task<String> task = executor.submit(work, deadline);
            sink = task;
            task.cancel(true);
        });
    }

    @Test
    void tokenOfATaskIsMadeWhenItIsAskedFor() {
        FakeTaskHost host = new FakeTaskHost();
        CancellableTask<Boolean> work = CancelToken::isCancelled;

        Allocations.assertAllocatesAtMost(TASK_BYTES + TOKEN_BYTES, AllocationMode.STEADY, () -> {
            TaskRecord<Boolean> task = new TaskRecord<>(host, work);
            sink = task;
            task.runOn(Thread.currentThread());
            sink = task.token();
        });
    }

    @Test
    void runningATaskAllocatesNothing() {
        FakeTaskHost host = new FakeTaskHost();
        Callable<String> work = () -> "result";

        Allocations.assertAllocatesAtMost(TASK_BYTES, AllocationMode.STEADY, () -> {
            TaskRecord<String> task = new TaskRecord<>(host, work);
            sink = task;
            task.runOn(Thread.currentThread());
            sink = task.get();
        });
    }
}
