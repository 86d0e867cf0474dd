package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An executor with platform threads. {@link VirtualExecutorTest} runs all of this with virtual ones. */
class CancellableExecutorTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger ran = new AtomicInteger();

    ExecutorBuilder configure(ExecutorBuilder builder) {
        return builder;
    }

    CancellableExecutor open(int threads, int queue) {
        return configure(CancellableExecutor.builder("test").threads(threads).queue(queue))
                .build();
    }

    @AfterEach
    void letGo() {
        goOn.countDown();
    }

    /** Occupies a thread until the test says so. */
    @CanIgnoreReturnValue
    private Task<String> block(CancellableExecutor executor) throws InterruptedException {
        Task<String> task = executor.submit(() -> {
            begun.countDown();
            goOn.await();
            return "blocked";
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        return task;
    }

    @Test
    void allKindsOfWorkAreDone() throws Exception {
        try (CancellableExecutor executor = open(2, 10)) {
            assertThat(executor.submit(() -> "callable").get()).isEqualTo("callable");
            assertThat(executor.submit((Runnable) ran::incrementAndGet).get()).isNull();
            assertThat(executor.submit((Runnable) ran::incrementAndGet, "value").get())
                    .isEqualTo("value");
            assertThat(executor.submit(token -> token.isCancelled()).get()).isEqualTo(false);
            CountDownLatch executed = new CountDownLatch(1);
            executor.execute(executed::countDown);
            assertThat(executed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(CompletableFuture.supplyAsync(() -> "stage", executor).get())
                    .isEqualTo("stage");
        }
        assertThat(ran).hasValue(2);
    }

    @Test
    void failureIsInTheFuture() {
        IllegalStateException failure = new IllegalStateException("work");
        try (CancellableExecutor executor = open(1, 1)) {
            Task<Object> task = executor.submit((Callable<Object>) () -> {
                throw failure;
            });

            assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).hasCause(failure);
        }
    }

    @Test
    void failureOfACommandGoesToTheHandlerOfItsThread() throws Exception {
        CompletableFuture<Throwable> handled = new CompletableFuture<>();
        IllegalStateException failure = new IllegalStateException("command");
        try (CancellableExecutor executor = open(1, 1)) {
            executor.execute(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> handled.complete(thrown));
                throw failure;
            });

            assertThat(handled.get(30, TimeUnit.SECONDS)).isSameAs(failure);
            assertThat(executor.submit(() -> 1).get()).isEqualTo(1);
        }
    }

    @Test
    void cancelOfAQueuedTaskFreesItsPlaceAtOnce() throws Exception {
        try (CancellableExecutor executor = open(1, 2)) {
            block(executor);
            for (int i = 0; i < 1000; i++) {
                Task<Integer> first = executor.submit(ran::incrementAndGet);
                Task<Integer> second = executor.submit(ran::incrementAndGet);
                assertThat(executor.stats().queued()).isEqualTo(2);
                assertThat(first.cancel(true)).isTrue();
                assertThat(second.cancel(false)).isTrue();
                assertThat(executor.stats().queued()).isZero();
            }
            assertThat(executor.stats().cancelled()).isEqualTo(2000);
            goOn.countDown();
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void oneMoreThanThereIsRoomForIsRefused() throws Exception {
        try (CancellableExecutor executor = open(1, 1)) {
            block(executor);
            executor.submit(ran::incrementAndGet);
            FutureTask<Integer> future = new FutureTask<>(ran::incrementAndGet);

            assertThatThrownBy(() -> executor.submit(ran::incrementAndGet))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("executor 'test': no room")
                    .hasMessageContaining("threads=1 of 1, running=1, queued=1, room=2");
            assertThatThrownBy(() -> executor.execute(future)).isInstanceOf(RejectedExecutionException.class);
            assertThat(future.isCancelled()).isTrue();
            assertThat(executor.stats().rejected()).isEqualTo(2);
            goOn.countDown();
        }
        assertThat(ran).hasValue(1);
    }

    @Test
    void whoSeesAResultFindsThePlaceFree() throws Exception {
        try (CancellableExecutor executor = open(1, 0)) {
            for (int i = 0; i < 2000; i++) {
                assertThat(executor.submit(ran::incrementAndGet).get()).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void callerRunsWhatThereIsNoRoomFor() throws Exception {
        try (CancellableExecutor executor = configure(
                        CancellableExecutor.builder("test").threads(1).queue(0))
                .onSaturation(SaturationPolicy.CALLER_RUNS)
                .build()) {
            block(executor);
            Task<Thread> task = executor.submit(Thread::currentThread);

            assertThat(task.get()).isSameAs(Thread.currentThread());
            goOn.countDown();
        }
    }

    @Test
    void callerWaitsForRoom() throws Exception {
        try (CancellableExecutor executor = configure(
                        CancellableExecutor.builder("test").threads(1).queue(0))
                .onSaturation(SaturationPolicy.WAIT)
                .saturationTimeout(LONG)
                .build()) {
            Task<String> blocked = block(executor);
            Thread frees = new Thread(goOn::countDown);
            frees.start();
            assertThat(executor.submit(() -> "after").get()).isEqualTo("after");
            assertThat(blocked.get()).isEqualTo("blocked");
            frees.join();
        }
    }

    @Test
    void waitForRoomEndsInTimeByInterruptAndByShutdown() throws Exception {
        try (CancellableExecutor executor = configure(
                        CancellableExecutor.builder("test").threads(1).queue(0))
                .onSaturation(SaturationPolicy.WAIT)
                .saturationTimeout(Duration.ofMillis(10))
                .build()) {
            block(executor);
            assertThatThrownBy(() -> executor.submit(() -> 1)).hasMessageContaining("no room");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> executor.submit(() -> 1)).hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
            goOn.countDown();
        }
        try (CancellableExecutor executor = configure(
                        CancellableExecutor.builder("test").threads(1).queue(0))
                .onSaturation(SaturationPolicy.WAIT)
                .saturationTimeout(Duration.ofHours(1))
                .build()) {
            CountDownLatch runsOn = new CountDownLatch(1);
            executor.execute(() -> awaitIgnoringInterrupts(runsOn));
            CompletableFuture<Object> refused = new CompletableFuture<>();
            Thread waits = new Thread(() -> {
                try {
                    refused.complete(executor.submit(() -> 1));
                } catch (RejectedExecutionException refusal) {
                    refused.complete(refusal);
                }
            });
            waits.start();
            waits.join(50); // most likely it waits now
            executor.shutdown();
            assertThat(refused.get(30, TimeUnit.SECONDS)).isInstanceOf(RejectedExecutionException.class);
            waits.join();
            runsOn.countDown();
        }
    }

    @Test
    void interruptOfACancelNeverReachesAnotherTask() throws Exception {
        int rounds = 20_000;
        AtomicInteger wrong = new AtomicInteger();
        try (CancellableExecutor executor = open(1, rounds)) {
            for (int i = 0; i < rounds; i++) {
                Task<?> victim = executor.submit(ran::incrementAndGet);
                executor.execute(() -> {
                    if (Thread.currentThread().isInterrupted()) {
                        wrong.incrementAndGet();
                    }
                });
                victim.cancel(true);
                if (i % 1000 == 0) {
                    executor.submit(ran::incrementAndGet).get();
                }
            }
        }
        assertThat(wrong).hasValue(0);
    }

    @Test
    void cancelWakesWhatAnInterruptCannotByTheToken() throws Exception {
        try (CancellableExecutor executor = open(1, 1)) {
            Task<String> task = executor.submit(token -> {
                CompletableFuture<String> socket = new CompletableFuture<>();
                token.onCancel(() -> socket.complete("closed"));
                begun.countDown();
                return socket.join(); // does not react to an interrupt
            });
            begun.await();
            task.cancel(true);

            assertThat(task.awaitTerminated(LONG)).isTrue();
            assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void taskIsCancelledWhenItsDeadlinePasses() throws Exception {
        try (CancellableExecutor executor = open(1, 2)) {
            block(executor);
            Task<Object> queued = executor.submit(token -> ran.incrementAndGet(), Deadline.after(Duration.ZERO));
            goOn.countDown();
            Task<Object> running = executor.submit(
                    token -> {
                        new CountDownLatch(1).await();
                        return null;
                    },
                    Deadline.after(Duration.ofMillis(20)));

            assertThatThrownBy(running::get)
                    .isInstanceOf(CancellationException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThat(running.awaitTerminated(LONG)).isTrue();
            assertThatThrownBy(queued::get)
                    .isInstanceOf(CancellationException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThat(executor.submit(token -> 1, Deadline.after(LONG)).get()).isEqualTo(1);
            assertThat(executor.submit(token -> 2, Deadline.never()).get()).isEqualTo(2);
            assertThat(((TaskExecutor) executor).core().deadlines().pending())
                    .as("timers")
                    .isZero();
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void lateResultIsDisposedOnce() throws Exception {
        List<AutoCloseable> disposed = new ArrayList<>();
        AutoCloseable result = () -> ran.incrementAndGet();
        try (CancellableExecutor executor = open(1, 1)) {
            Task<AutoCloseable> task = executor.<AutoCloseable>submit(token -> {
                        begun.countDown();
                        awaitIgnoringInterrupts(goOn);
                        return result;
                    })
                    .onLate(late -> {
                        disposed.add(late);
                        late.close();
                    });
            begun.await();
            task.cancel(true);
            assertThat(task.isDone()).isTrue();
            assertThat(task.isTerminated()).isFalse();
            goOn.countDown();

            assertThat(task.awaitTerminated(LONG)).isTrue();
            assertThat(disposed).containsExactly(result);
            assertThat(ran).hasValue(1);
            assertThat(executor.stats().late()).isEqualTo(1);
        }
    }

    static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException again) {
                // The test says when.
            }
        }
    }

    @Test
    void threadLocalsOfATaskAreGoneAfterRecycling() throws Exception {
        ThreadLocal<String> left = new ThreadLocal<>();
        try (CancellableExecutor executor = configure(
                        CancellableExecutor.builder("test").threads(1).queue(10))
                .recycleAfter(1)
                .build()) {
            Thread first = executor.submit(() -> {
                        left.set("left");
                        return Thread.currentThread();
                    })
                    .get();

            assertThat(executor.submit(left::get).get()).isNull();
            assertThat(executor.submit(Thread::currentThread).get()).isNotSameAs(first);
        }
    }

    @Test
    void threadsInheritNothingAndKeepTheirLoader() throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        inherited.set("of the caller");
        try (CancellableExecutor executor = open(1, 3)) {
            assertThat(executor.submit(inherited::get).get()).isNull();
            executor.submit(() -> Thread.currentThread().setContextClassLoader(null))
                    .get();
            assertThat(executor.submit(() -> Thread.currentThread().getContextClassLoader())
                            .get())
                    .isSameAs(ClassLoader.getSystemClassLoader());
            block(executor);
            executor.submit(() -> Thread.currentThread().interrupt());
            Task<Boolean> next = executor.submit(Thread::interrupted); // queued behind it
            goOn.countDown();
            assertThat(next.get()).isFalse();
        } finally {
            inherited.remove();
        }
    }

    @Test
    void asManyRunAtOnceAsThereAreThreads() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        Set<Thread> threads = new HashSet<>();
        try (CancellableExecutor executor = open(3, 3)) {
            List<Task<Thread>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(executor.submit(() -> {
                    together.await();
                    return Thread.currentThread();
                }));
            }
            for (Task<Thread> task : tasks) {
                threads.add(task.get());
            }
        }
        assertThat(threads).hasSize(3);
    }

    @Test
    void invokeAllWaitsForAll() throws Exception {
        try (CancellableExecutor executor = open(2, 10)) {
            List<Callable<Integer>> work = List.of(
                    () -> 1,
                    () -> {
                        throw new IllegalStateException("second");
                    },
                    () -> 3);
            List<Future<Integer>> futures = executor.invokeAll(work);

            assertThat(futures).hasSize(3).allMatch(Future::isDone);
            assertThat(futures.get(0).get()).isEqualTo(1);
            assertThat(futures.get(2).get()).isEqualTo(3);
            assertThatThrownBy(() -> futures.get(1).get()).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void invokeAllCancelsWhatIsNotDoneInTimeOrWhenRefused() throws Exception {
        try (CancellableExecutor executor = open(1, 2)) {
            Callable<Integer> hangs = () -> {
                new CountDownLatch(1).await();
                return 0;
            };
            List<Future<Integer>> futures = executor.invokeAll(List.of(() -> 1, hangs), 50, TimeUnit.MILLISECONDS);
            assertThat(futures).allMatch(Future::isDone);
            assertThat(futures.get(1).isCancelled()).isTrue();

            assertThatThrownBy(() -> executor.invokeAll(List.of(hangs, hangs, hangs, hangs)))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThat(executor.submit(() -> "free again").get()).isEqualTo("free again");
        }
    }

    @Test
    void invokeAnyReturnsTheFirstSuccessAndCancelsTheOthers() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        try (CancellableExecutor executor = open(2, 10)) {
            Callable<String> hangs = () -> {
                try {
                    goOn.await();
                } catch (InterruptedException cancelled) {
                    interrupted.countDown();
                    throw cancelled;
                }
                return "late";
            };
            Callable<String> fails = () -> {
                throw new IllegalStateException("fails");
            };
            assertThat(executor.invokeAny(List.of(hangs, fails, () -> "first"))).isEqualTo("first");
            assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> executor.invokeAny(List.of(fails, fails)))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("fails");
            assertThatThrownBy(() -> executor.invokeAny(List.of(hangs), 10, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> executor.invokeAny(List.<Callable<String>>of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThatThrownBy(() -> CancellableExecutor.builder("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CancellableExecutor.builder("a").threads(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CancellableExecutor.builder("a").threads(1).queue(-1))
                .isInstanceOf(IllegalArgumentException.class);
        ExecutorBuilder builder = CancellableExecutor.builder("a").threads(1).queue(1);
        assertThatThrownBy(() -> builder.recycleAfter(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.keepAlive(LONG.negated())).isInstanceOf(IllegalArgumentException.class);
        try (CancellableExecutor executor = open(1, 1)) {
            assertThatThrownBy(() -> executor.execute(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> executor.submit((Runnable) null)).isInstanceOf(NullPointerException.class);
        }
    }
}
