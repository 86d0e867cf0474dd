package io.watertight.concurrency;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What tasks allocate, to the byte. On books of its own, which no scope of the leak check makes slower. */
class ExecutorAllocationTest {
    private static final int TASK_BYTES = 48;
    private static final Callable<String> WORK = String::new;

    /** Escapes, so that no compiler removes the task. */
    static volatile Object sink;

    @Test
    void submitAndCancelAllocateTheTaskOnly() throws Exception {
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
                Allocations.assertAllocatesAtMost(TASK_BYTES, AllocationMode.STEADY, () -> {
                    Task<String> task = executor.submit(WORK);
                    sink = task;
                    task.cancel(true);
                });
            } finally {
                goOn.countDown();
                sink = null;
            }
        }
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
