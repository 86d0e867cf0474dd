package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.Lease;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

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
    void whatRunsOnInADroppedExecutorIsCancelledAfterAGrace() throws Exception {
        ManualBooks[] books = new ManualBooks[1];
        ExecutorSettings settings = CancellableExecutor.builder("dropped")
                .threads(1)
                .queue(1)
                .closeTimeouts(Duration.ofMinutes(1), Duration.ZERO)
                .settings();
        ExecutorCore core = new ExecutorCore(settings, (name, keeper) -> books[0] = new ManualBooks(keeper));
        CountDownLatch begun = new CountDownLatch(1);
        TaskRecord<Object> task = new TaskRecord<>(core, (Callable<Object>) () -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return 1;
        });
        assertThat(core.admission.admit(task)).isTrue();
        core.enqueue(task, task);
        begun.await();

        core.abandon();
        books[0].pass(Duration.ofSeconds(59));
        assertThat(task.isDone()).isFalse();
        books[0].pass(Duration.ofSeconds(2));

        assertThat(task.awaitTerminated(Duration.ofSeconds(30))).isTrue();
        assertThat(task.isCancelled()).isTrue();
        assertThat(core.awaitEnd(Duration.ofSeconds(30).toNanos())).isTrue();
    }

    /** The JVM of these tests lets go of virtual threads: -Djdk.trackAllThreads=false. */
    @Test
    @Tag("gc")
    @EnabledForJreRange(min = JRE.JAVA_21)
    @AllowLeaks(type = "prover", reason = "loses a thread on purpose")
    void threadThatNobodyCanWakeIsProvenToBeLost() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add);
                CancellableExecutor executor = CancellableExecutor.builder("prover")
                        .threads(1)
                        .queue(0)
                        .virtualThreads()
                        .proveLostThreads()
                        .build()) {
            Task<?> lost = loseThread(executor);
            lost.token().onCancel(told::countDown);
            for (int i = 0; i < 100 && !lost.isTerminated(); i++) {
                GcBarrier.await();
                Watertight.pump();
                lost.awaitTerminated(Duration.ofMillis(100));
            }

            assertThat(listening.isOpen()).isTrue();
            assertThatThrownBy(lost::get)
                    .isInstanceOf(CancellationException.class)
                    .rootCause()
                    .hasMessageContaining("task of executor 'prover' is lost")
                    .hasMessageContaining("ExecutorLeakTest.loseThread");
            assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
            Watertight.pump();
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("prover");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.message()).contains("ExecutorLeakTest.loseThread");
            });
            assertThat(executor.submit(() -> "place is free").get()).isEqualTo("place is free");
        }
    }

    private static Task<?> loseThread(CancellableExecutor executor) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Task<?> task = executor.submit(() -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        begun.await();
        return task;
    }

    @Test
    @Tag("gc")
    @EnabledForJreRange(min = JRE.JAVA_21)
    void threadThatSomebodyCanWakeIsNotLost() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (CancellableExecutor executor = CancellableExecutor.builder("alive")
                .threads(1)
                .queue(0)
                .virtualThreads()
                .proveLostThreads()
                .build()) {
            Task<String> task = executor.submit(() -> {
                goOn.await();
                return "alive";
            });
            for (int i = 0; i < 3; i++) {
                GcBarrier.await();
                Watertight.pump();
            }
            goOn.countDown();

            assertThat(task.get()).isEqualTo("alive");
        }
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
    void eachTaskIsKnownByItsLineWhereItIsAskedFor() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (CancellableExecutor executor =
                        CancellableExecutor.builder("lines").threads(1).queue(1).build();
                LeakScope scope = Watertight.scope("test", ScopeReach.THREAD, TrackingLevel.FULL)) {
            Task<?> running = executor.submit(() -> {
                begun.countDown();
                goOn.await();
                return null;
            });
            begun.await();
            Task<?> queued = executor.submit(() -> 1);
            assertThatThrownBy(() -> executor.submit(() -> 2)).isInstanceOf(RejectedExecutionException.class);

            assertThat(scope.stillOpen()).hasSize(2).allSatisfy(report -> {
                assertThat(report.type()).isEqualTo("lines");
                assertThat(report.message()).contains("ExecutorLeakTest.eachTaskIsKnownByItsLine");
            });
            assertThat(Watertight.outstanding().total("lines")).isEqualTo(2);
            queued.cancel(false);
            assertThat(scope.stillOpen()).hasSize(1);
            goOn.countDown();
            running.get();
            assertThat(scope.stillOpen()).isEmpty();
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
