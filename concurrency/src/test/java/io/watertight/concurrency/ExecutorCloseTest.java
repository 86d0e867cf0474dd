package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How executors end. */
class ExecutorCloseTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger ran = new AtomicInteger();

    private static ExecutorBuilder builder() {
        return CancellableExecutor.builder("test").threads(1).queue(10);
    }

    @AfterEach
    void letGo() {
        goOn.countDown();
    }

    @CanIgnoreReturnValue
    private Task<String> block(CancellableExecutor executor) throws InterruptedException {
        Task<String> task = executor.submit(() -> {
            begun.countDown();
            CancellableExecutorTest.awaitIgnoringInterrupts(goOn);
            return "blocked";
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        return task;
    }

    @Test
    void closeWaitsForWhatThereIs() throws Exception {
        CancellableExecutor executor = builder().build();
        List<Task<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            tasks.add(executor.submit(ran::incrementAndGet));
        }
        assertThat(executor.report()).isNull();
        executor.close();
        executor.close();

        assertThat(ran).hasValue(10);
        assertThat(tasks).allMatch(Task::isTerminated);
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.report().complete()).isTrue();
        assertThat(executor.report().zombies()).isEmpty();
        assertThat(executor.report()).asString().startsWith("executor 'test': closed in");
        assertThatThrownBy(() -> executor.submit(ran::incrementAndGet))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("shut down");
        assertThat(executor.stats().threads()).isZero();
    }

    @Test
    void closeCancelsWhatDoesNotEndAndReportsZombies() throws Exception {
        CancellableExecutor executor = builder().closeTimeouts(SHORT, SHORT).build();
        Task<String> zombie = block(executor);
        Task<Integer> queued = executor.submit(ran::incrementAndGet);
        executor.close();

        ShutdownReport report = executor.report();
        assertThat(report.complete()).isFalse();
        assertThat(report.cancelled()).isEqualTo(1);
        assertThat(report.completed()).isZero();
        assertThat(report.zombies()).singleElement().satisfies(left -> {
            assertThat(left.thread()).isEqualTo("test-1");
            assertThat(left.stack()).anyMatch(frame -> frame.getMethodName().equals("awaitIgnoringInterrupts"));
            assertThat(left.site()).contains("ExecutorCloseTest.block");
        });
        assertThat(report).asString().contains("still running=1", "'test-1'");
        assertThat(queued.isCancelled()).isTrue();
        assertThat(zombie.isCancelled()).isTrue();
        assertThat(zombie.isTerminated()).isFalse();
        assertThat(executor.isTerminated()).isFalse();
        goOn.countDown();
        assertThat(zombie.awaitTerminated(LONG)).isTrue();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void interruptOfWhoClosesCutsNothingShortAndStays() throws Exception {
        CancellableExecutor executor = builder().build();
        Task<String> task = block(executor);
        Thread frees = new Thread(goOn::countDown);
        Thread.currentThread().interrupt();
        frees.start();
        executor.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(task.get()).isEqualTo("blocked");
        assertThat(executor.report().complete()).isTrue();
        frees.join();
    }

    @Test
    void taskThatClosesItsExecutorDoesNotWaitForItself() throws Exception {
        CancellableExecutor executor =
                builder().closeTimeouts(Duration.ofHours(1), LONG).build();
        Task<String> task = executor.submit(() -> {
            assertThatThrownBy(() -> executor.awaitTermination(1, TimeUnit.HOURS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("wait for itself");
            executor.close();
            return "closed";
        });

        assertThat(task.get()).isEqualTo("closed");
        assertThat(executor.report().complete()).isFalse();
        executor.close();
        assertThat(executor.report().complete()).isTrue();
    }

    @Test
    void shutdownRunsWhatIsQueued() throws Exception {
        CancellableExecutor executor = builder().build();
        block(executor);
        Task<Integer> queued = executor.submit(ran::incrementAndGet);
        executor.shutdown();
        executor.shutdown();

        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        goOn.countDown();
        assertThat(queued.get()).isEqualTo(1);
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shutdownOfAnExecutorWithoutTasksEndsItAtOnce() {
        CancellableExecutor executor = builder().build();
        executor.shutdown();

        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.shutdownNow()).isEmpty();
    }

    @Test
    void shutdownNowLeavesNoFutureWaiting() throws Exception {
        CancellableExecutor executor = builder().build();
        Task<String> running = block(executor);
        Task<Integer> queued = executor.submit(ran::incrementAndGet);
        FutureTask<Integer> inside = new FutureTask<>(ran::incrementAndGet);
        executor.execute(inside);
        Runnable command = ran::incrementAndGet;
        executor.execute(command);
        Task<Integer> cancelledBefore = executor.submit(ran::incrementAndGet);
        cancelledBefore.cancel(false);

        assertThat(executor.shutdownNow()).containsExactly(queued, inside, command);
        assertThat(queued.isCancelled()).isTrue();
        assertThat(inside.isCancelled()).isTrue();
        assertThat(running.isCancelled()).isTrue();
        assertThatThrownBy(queued::get)
                .isInstanceOf(CancellationException.class)
                .hasRootCauseMessage("executor 'test' was shut down at once");
        goOn.countDown();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void aFutureThatFailsWhenItIsCancelledKeepsNobodyWaiting() throws Exception {
        CancellableExecutor executor = builder().build();
        Task<String> running = block(executor);
        List<Future<Integer>> submitted = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            FutureTask<Integer> failing = new FutureTask<>(ran::incrementAndGet) {
                @Override
                protected void done() {
                    throw new IllegalStateException(
                            "no room for what is done"); // as in a full ExecutorCompletionService
                }
            };
            submitted.add(failing);
            executor.execute(failing);
        }
        Task<Integer> last = executor.submit(ran::incrementAndGet);

        assertThat(executor.shutdownNow()).hasSize(4);

        assertThat(submitted).allMatch(Future::isDone);
        assertThat(last.isCancelled()).isTrue();
        assertThat(running.isCancelled()).isTrue();
        goOn.countDown();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void endComesAfterTheLastFutureIsDone() throws Exception {
        CancellableExecutor executor = builder().build();
        Task<String> running = block(executor);
        Task<Integer> first = executor.submit(ran::incrementAndGet);
        Task<Integer> second = executor.submit(ran::incrementAndGet);
        List<Object> seen = new ArrayList<>();
        first.token().onCancel(() -> {
            goOn.countDown();
            try {
                seen.add(running.awaitTerminated(LONG));
                seen.add(executor.awaitTermination(100, TimeUnit.MILLISECONDS));
                seen.add(second.isDone());
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        });
        executor.shutdownNow();

        assertThat(seen).containsExactly(true, false, false);
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second.isDone()).isTrue();
    }

    @Test
    void shutdownNowInterruptsWhatRuns() throws Exception {
        CancellableExecutor executor = builder().build();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        executor.execute(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
                interrupted.complete(false);
            } catch (InterruptedException asMeant) {
                interrupted.complete(true);
            }
        });
        begun.await();
        executor.shutdownNow();

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void idleThreadsEndAndComeBack() throws Exception {
        try (CancellableExecutor executor = builder().keepAlive(Duration.ZERO).build()) {
            Thread first = executor.submit(Thread::currentThread).get();
            first.join(LONG.toMillis());
            assertThat(first.isAlive()).isFalse();
            assertThat(executor.stats().threads()).isZero();
            assertThat(executor.submit(ran::incrementAndGet).get()).isEqualTo(1);
        }
    }

    @Test
    void runningTasksAreListed() throws Exception {
        try (CancellableExecutor executor = builder().build()) {
            assertThat(executor.running()).isEmpty();
            block(executor);

            assertThat(executor.running()).hasSize(1);
            assertThat(executor.stats().running()).isEqualTo(1);
            assertThat(executor).asString().contains("test", "running=1");
            goOn.countDown();
        }
    }

    @Test
    void failedTaskIsAnEndLikeAnyOther() throws Exception {
        CancellableExecutor executor = builder().build();
        Task<Object> task = executor.submit(() -> {
            throw new OutOfMemoryError("of the test");
        });
        executor.close();

        assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(executor.report().complete()).isTrue();
    }
}
