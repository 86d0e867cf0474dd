package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of executors, and of results, that nobody has any more. */
class ExecutorLeakTest {
    private final ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();

    @Test
    @Tag("gc")
    @AllowLeaks(type = "executor", reason = "drops one on purpose")
    void droppedExecutorIsReportedItsQueueCancelledAndItsThreadEnds() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        List<Task<String>> tasks = new ArrayList<>();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add)) {
            WeakReference<?> core = dropExecutor(tasks, worker, goOn);
            assertThat(worker.get(30, TimeUnit.SECONDS).isAlive()).isTrue();
            for (int i = 0; i < 10 && reports.isEmpty(); i++) {
                GcBarrier.await();
                Watertight.pump();
            }
            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("executor");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.message()).contains("ExecutorLeakTest.dropExecutor");
            });
            assertThatThrownBy(tasks.get(1)::get)
                    .isInstanceOf(CancellationException.class)
                    .hasRootCauseMessage("executor 'dropped' was dropped without being closed; keep it, and close it");
            goOn.countDown();
            assertThat(tasks.get(0).get()).as("what runs may end").isEqualTo("ran");
            awaitEnd(worker);
            tasks.clear();
            for (int i = 0; i < 100 && core.get() != null; i++) {
                GcBarrier.await();
            }
            assertThat(core.get()).as("core of the executor").isNull();
        }
    }

    /** And forgets the thread, which refers to what it ran. */
    private static void awaitEnd(CompletableFuture<Thread> worker) throws InterruptedException {
        worker.join().join(30_000);
        assertThat(worker.join().isAlive()).isFalse();
        worker.obtrudeValue(null);
    }

    private static WeakReference<?> dropExecutor(
            List<Task<String>> tasks, CompletableFuture<Thread> worker, CountDownLatch goOn) {
        CancellableExecutor executor =
                CancellableExecutor.builder("dropped").threads(1).queue(1).build();
        tasks.add(executor.submit(() -> {
            worker.complete(Thread.currentThread());
            goOn.await();
            return "ran";
        }));
        tasks.add(executor.submit(() -> "never"));
        return new WeakReference<>(((TaskExecutor) executor).core());
    }

    @Test
    @Tag("gc")
    void orderlyShutdownIsNoLeak() throws Exception {
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add)) {
            Task<String> task = shutDownAndDrop();
            for (int i = 0; i < 3; i++) {
                GcBarrier.await();
                Watertight.pump();
            }

            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).isEmpty();
            assertThat(task.get()).isEqualTo("ran");
        }
    }

    private static Task<String> shutDownAndDrop() {
        CancellableExecutor executor =
                CancellableExecutor.builder("orderly").threads(1).queue(1).build();
        Task<String> task = executor.submit(() -> "ran");
        executor.shutdown();
        return task;
    }

    @Test
    @AllowLeaks(type = "late", reason = "loses a result on purpose")
    void lateResultWithoutDisposerIsReported() throws Exception {
        assertLateReport(false, "that nobody gets");
    }

    @Test
    @AllowLeaks(type = "late", reason = "fails to dispose one on purpose")
    void failureOfADisposerIsReported() throws Exception {
        assertLateReport(true, "disposer failed");
    }

    private void assertLateReport(boolean withDisposer, String part) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AutoCloseable result = () -> {};
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add);
                CancellableExecutor executor =
                        CancellableExecutor.builder("late").threads(1).queue(1).build()) {
            Task<AutoCloseable> task = executor.submit(token -> {
                begun.countDown();
                CancellableExecutorTest.awaitIgnoringInterrupts(goOn);
                return result;
            });
            if (withDisposer) {
                task.onLate(late -> {
                    throw new IllegalStateException("disposer failed");
                });
            }
            begun.await();
            task.cancel(true);
            goOn.countDown();
            assertThat(task.awaitTerminated(Duration.ofSeconds(30))).isTrue();
            Watertight.pump();

            assertThat(listening.isOpen()).isTrue();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.evidence()).isEqualTo(Evidence.CLOSE_FAILED);
                assertThat(report.type()).isEqualTo("late");
                assertThat(String.valueOf(report.cause())).contains(part);
            });
        }
    }

    @Test
    void tasksAreOutstanding() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (CancellableExecutor executor =
                CancellableExecutor.builder("out").threads(1).queue(1).build()) {
            executor.submit(() -> {
                begun.countDown();
                goOn.await();
                return null;
            });
            begun.await();
            executor.submit(() -> 1);

            assertThat(Watertight.outstanding().total("out")).isEqualTo(2);
            goOn.countDown();
        }
        assertThat(Watertight.outstanding().total("out")).isZero();
    }
}
