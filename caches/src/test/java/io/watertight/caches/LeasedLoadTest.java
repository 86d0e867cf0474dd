package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What loads do to those who wait for them, and to what they return. */
@Timeout(120)
class LeasedLoadTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private final AtomicInteger calls = new AtomicInteger();
    private final ConcurrentLinkedQueue<Resource> made = new ConcurrentLinkedQueue<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);

    private LeasedCacheBuilder<String, Resource> cache() {
        return LeasedCache.<String, Resource>builder("loads").maximumSize(100).loadTimeout(LONG);
    }

    private Resource make(String key) {
        Resource resource = new Resource(key);
        made.add(resource);
        return resource;
    }

    /** Waits until it may go on, and does not mind being interrupted. */
    private Resource makeSlowly(String key, CacheLoad load) {
        calls.incrementAndGet();
        entered.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                gate.await();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return make(key);
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
    }

    private static <T> FutureTask<T> start(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = new Thread(task, "waiter");
        thread.start();
        return task;
    }

    /** Waits on the condition, which other threads bring about. */
    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("in time").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Starts so many threads, each with its number. */
    private static List<FutureTask<String>> start(int threads, Numbered body) {
        return IntStream.range(0, threads)
                .mapToObj(i -> start(() -> body.call(i)))
                .toList();
    }

    @FunctionalInterface
    private interface Numbered {
        String call(int number) throws Exception;
    }

    private static List<String> results(List<FutureTask<String>> tasks) throws Exception {
        List<String> results = new ArrayList<>();
        for (FutureTask<String> task : tasks) {
            results.add(task.get());
        }
        return results;
    }

    @Test
    void aThousandThreadsLoadAMissingKeyOnce() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache().loader(this::makeSlowly).build()) {
            List<FutureTask<String>> waiters =
                    start(1_000, i -> cache.<String, RuntimeException>with("a", value -> value.name));
            entered.await();
            gate.countDown();

            assertThat(results(waiters)).hasSize(1_000).containsOnly("a");
            assertThat(calls).hasValue(1);
            assertThat(cache.stats().leases()).isZero();
        }
        assertThat(made).singleElement().matches(resource -> resource.closes.get() == 1);
    }

    @Test
    void aFailureFailsAllThatWaitAfterOneCall() throws Exception {
        IOException cause = new IOException("no such segment");
        try (LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                    calls.incrementAndGet();
                    entered.countDown();
                    gate.await();
                    throw cause;
                })
                .build()) {
            List<FutureTask<String>> waiters = start(1_000, i -> {
                try {
                    return cache.<String, RuntimeException>with("a", value -> value.name);
                } catch (LoadFailedException failure) {
                    failure.addSuppressed(new Exception("mine")); // each has an exception of their own
                    return failure.getCause() == cause && failure.getSuppressed().length == 1 ? "failed" : "strange";
                }
            });
            entered.await();
            await(() -> waiters.stream().allMatch(task -> !task.isDone()));
            gate.countDown();

            assertThat(results(waiters)).containsOnly("failed");
            assertThat(calls.get())
                    .as("one call, and at the most those after the pause of 25 to 50 ms")
                    .isBetween(1, 20);
            assertThat(cache.stats().open()).isZero();
        }
    }

    @Test
    void aFailureIsRememberedForAWhile() throws Exception {
        ManualTicker ticker = new ManualTicker();
        try (LeasedCache<String, Resource> cache = cache().ticker(ticker)
                .loader((key, load) -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IOException("down");
                    }
                    return make(key);
                })
                .build()) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(LoadFailedException.class);
            }
            assertThat(calls).hasValue(1);

            ticker.advance(Duration.ofSeconds(1));

            try (CacheLease<Resource> lease = cache.acquire("a")) {
                assertThat(lease.get().isOpen()).isTrue();
            }
        }
    }

    @Test
    void invalidatingForgetsFailures() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                    if (calls.incrementAndGet() <= 2) {
                        throw new IOException("down");
                    }
                    return make(key);
                })
                .build()) {
            assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(LoadFailedException.class);
            cache.invalidate("a");
            assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(LoadFailedException.class);
            cache.invalidateAll();

            try (CacheLease<Resource> lease = cache.acquire("a")) {
                assertThat(lease.get().isOpen()).isTrue();
            }
            assertThat(calls).hasValue(3);
        }
    }

    @Test
    void whenNobodyWaitsAnyMoreTheLoadIsCancelledAndItsResultClosed() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch cancelSeen = new CountDownLatch(1);
        try (LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                    entered.countDown();
                    try {
                        gate.await();
                    } catch (InterruptedException expected) {
                        interrupted.countDown();
                    }
                    await(load::isCancelled);
                    cancelSeen.countDown();
                    return make(key);
                })
                .build()) {
            Thread first = waiter(cache);
            entered.await();
            Thread second = waiter(cache);
            await(() ->
                    first.getState() == Thread.State.TIMED_WAITING && second.getState() == Thread.State.TIMED_WAITING);

            first.interrupt();
            first.join();
            assertThat(interrupted.getCount()).as("the other one still waits").isOne();
            second.interrupt();
            second.join();

            interrupted.await();
            cancelSeen.await();
            await(() -> !made.isEmpty());
            assertThat(made.element().awaitClosed()).isTrue();
            await(() -> cache.stats().open() == 0 && cache.stats().inFlight() == 0);
            assertThat(cache.keys()).isEmpty();
            assertThat(cache.stats().lateValues()).isOne();
        }
    }

    /** Waits for a value until it is interrupted. */
    private static Thread waiter(LeasedCache<String, Resource> cache) {
        Thread thread = new Thread(
                () -> assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(InterruptedException.class), "waiter");
        thread.start();
        return thread;
    }

    @Test
    void oneWhoLeavesDoesNotCancelForTheOthers() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache().loader(this::makeSlowly).build()) {
            FutureTask<String> patient = start(() -> cache.<String, RuntimeException>with("a", value -> value.name));
            entered.await();
            assertThatThrownBy(() -> cache.acquire("a", Duration.ofMillis(20)))
                    .isInstanceOf(LoadTimeoutException.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(InterruptedException.class);

            gate.countDown();

            assertThat(patient.get()).isEqualTo("a");
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void aLoadThatTakesTooLongFailsForAllAndIsClosedWhenItEnds() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().loadTimeout(Duration.ofSeconds(2))
                .loader(this::makeSlowly)
                .build()) {
            assertThatThrownBy(() -> cache.acquire("a"))
                    .isInstanceOf(LoadTimeoutException.class)
                    .hasMessageContaining("did not return within");
            assertThat(cache.stats().inFlight()).isOne();

            gate.countDown();

            await(() -> cache.stats().inFlight() == 0);
            assertThat(made.element().awaitClosed()).isTrue();
            assertThat(cache.stats().loadTimeouts()).isOne();
        }
    }

    @Test
    void loadersThatNeverReturnAreBoundedAndTheOthersRefused() throws Exception {
        try (LeasedCache<String, Resource> cache = LeasedCache.<String, Resource>builder("loads")
                .maximumSize(1_000)
                .loadTimeout(LONG)
                .maxInFlight(100)
                .loader(this::makeSlowly)
                .build()) {
            List<FutureTask<String>> held = start(100, i -> ask(cache, "held" + i, LONG));
            await(() -> calls.get() == 100);

            List<FutureTask<String>> others = start(100, i -> {
                Set<String> answers = new HashSet<>();
                for (int n = 0; n < 99; n++) {
                    answers.add(ask(cache, "other" + i + "-" + n, Duration.ofMillis(1)));
                }
                return answers.toString();
            });

            assertThat(results(others)).containsOnly("[LoadRefusedException]");
            assertThat(cache.stats().refused()).isEqualTo(9_900);
            assertThat(calls).hasValue(100);
            assertThat(cache.stats().inFlight()).isEqualTo(100);
            assertThatThrownBy(() -> cache.acquire("other", Duration.ZERO))
                    .hasMessageContaining("100 loads are in flight")
                    .hasMessageContaining("(0 of them are past their time-out)");
            gate.countDown();
            assertThat(results(held)).allMatch(result -> result.startsWith("held"));
            await(() -> cache.stats().inFlight() == 0);
        }
        assertThat(made).hasSize(100).allMatch(resource -> resource.closes.get() == 1);
    }

    /** The name of the value of a key, or of the exception there was in its place. */
    private static String ask(LeasedCache<String, Resource> cache, String key, Duration timeout)
            throws InterruptedException {
        try (CacheLease<Resource> lease = cache.acquire(key, timeout)) {
            return Objects.requireNonNull(lease).get().name;
        } catch (LoadTimeoutException | LoadRefusedException expected) {
            return expected.getClass().getSimpleName();
        }
    }

    @Test
    void aLoaderThatIsBlockedInASocketReadIsFreedByClosingIt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                            try (Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
                                load.closeOnCancel(socket);
                                InputStream in = socket.getInputStream();
                                return in.read() < 0 ? null : make(key);
                            }
                        })
                        .build()) {
            assertThatThrownBy(() -> cache.acquire("a", Duration.ofMillis(50)))
                    .isInstanceOf(LoadTimeoutException.class);
            await(() -> cache.stats().inFlight() == 0);
        }
    }

    @Test
    void whatFreesLoadersRunsThoughTheyHoldAllThreads() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LeasedCache<String, Resource> cache = cache().executor(one)
                        .loader((key, load) -> {
                            try (Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
                                load.closeOnCancel(socket);
                                return socket.getInputStream().read() < 0 ? null : make(key);
                            }
                        })
                        .build()) {
            assertThatThrownBy(() -> cache.acquire("a", Duration.ofMillis(50)))
                    .isInstanceOf(LoadTimeoutException.class);
            await(() -> cache.stats().inFlight() == 0);
        } finally {
            one.shutdownNow();
        }
        assertThat(one.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void aLoaderThatCannotWaitForAnotherHoldsNothingOfIt() throws Exception {
        AtomicReference<LeasedCache<String, Resource>> self = new AtomicReference<>();
        Executor untilItWaits = body -> {
            Thread thread = new Thread(body, "loader");
            thread.start();
            await(() -> thread.getState() == Thread.State.TIMED_WAITING || !thread.isAlive());
        };
        CountDownLatch b = new CountDownLatch(1);
        try (LeasedCache<String, Resource> cache = cache().executor(untilItWaits)
                .loader((key, load) -> {
                    try (CacheLease<Resource> other = self.get().acquire(key.equals("a") ? "b" : "a")) {
                        return make(key + " of " + Objects.requireNonNull(other).get().name);
                    } catch (IllegalStateException cycle) {
                        b.await(); // interrupted by nobody
                        return make(key + " alone");
                    }
                })
                .build()) {
            self.set(cache);
            FutureTask<String> asking = start(() -> cache.<String, RuntimeException>with("a", value -> value.name));
            await(() -> cache.stats().inFlight() == 1); // the load of b was cancelled, as nobody can wait for it
            b.countDown();

            assertThat(asking.get()).isEqualTo("a alone");
            await(() -> cache.stats().inFlight() == 0);
            assertThat(cache.stats().leases()).isZero();
            assertThat(cache.keys()).containsExactly("a");
        }
    }

    @Test
    void anExecutorThatRefusesWhatItHasTakenRunsNothing() throws Exception {
        Queue<Runnable> taken = new ConcurrentLinkedQueue<>();
        try (LeasedCache<String, Resource> cache = cache().maxInFlight(1)
                .executor(body -> {
                    taken.add(body);
                    throw new RejectedExecutionException("after all");
                })
                .loader(this::makeSlowly)
                .build()) {
            assertThatThrownBy(() -> cache.acquire("a")).isInstanceOf(LoadFailedException.class);
            taken.remove().run();

            assertThat(calls).hasValue(0);
            assertThat(cache.stats().inFlight()).isZero();
            assertThat(cache.stats().open()).isZero();
        }
    }

    @Test
    void anExecutorThatFailsAfterItHasRunTheLoadChangesNothing() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().executor(body -> {
                    body.run();
                    throw new IllegalStateException("too late");
                })
                .loader((key, load) -> make(key))
                .build()) {
            assertThat(cache.<String, RuntimeException>with("a", value -> value.name))
                    .isEqualTo("a");
            assertThat(cache.stats().inFlight()).isZero();
            assertThat(cache.stats().leases()).isZero();
        }
    }

    @Test
    void aKeyWithoutValueIsNull() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache().loader((key, load) -> null).build()) {
            assertThat(cache.acquire("a")).isNull();
            assertThat(cache.<String, RuntimeException>with("a", value -> value.name))
                    .isNull();
            assertThat(cache.stats().absent()).isEqualTo(2);
            assertThat(cache.stats().open()).isZero();
        }
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsTold() throws Exception {
        List<LeasedCache<String, Resource>> self = new ArrayList<>();
        try (LeasedCache<String, Resource> cache = cache().loader((key, load) -> {
                    String next = key.equals("a") ? "b" : "a";
                    try (CacheLease<Resource> other = self.get(0).acquire(next)) {
                        return make(key + Objects.requireNonNull(other).get());
                    }
                })
                .build()) {
            self.add(cache);
            assertThatThrownBy(() -> cache.acquire("a"))
                    .isInstanceOf(LoadFailedException.class)
                    .rootCause()
                    .hasMessageContaining("asks the cache for that same key, by way of another");
        }
    }

    @Test
    void anExecutorThatRefusesLosesNothing() throws Exception {
        Executor refusing = body -> {
            throw new RejectedExecutionException("full");
        };
        try (LeasedCache<String, Resource> cache = cache().maxInFlight(1)
                .maxOpen(2)
                .executor(refusing)
                .loader(this::makeSlowly)
                .build()) {
            for (int i = 0; i < 5; i++) {
                String key = "k" + i;
                assertThatThrownBy(() -> cache.acquire(key))
                        .isInstanceOf(LoadFailedException.class)
                        .hasRootCauseMessage("full");
            }
            assertThat(cache.stats().inFlight()).isZero();
        }
    }

    @Test
    void anExecutorThatForgetsItsTasksCostsNoPlace() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().maxInFlight(1)
                .maxOpen(2)
                .loadTimeout(Duration.ofMillis(20))
                .executor(body -> {})
                .loader(this::makeSlowly)
                .build()) {
            for (int i = 0; i < 5; i++) {
                String key = "k" + i;
                assertThatThrownBy(() -> cache.acquire(key)).isInstanceOf(LoadTimeoutException.class);
            }
            assertThat(cache.stats().inFlight()).isZero();
        }
    }

    @Test
    void theCallersThreadCanLoad() throws Exception {
        try (LeasedCache<String, Resource> cache = cache().executor(Runnable::run)
                .loader((key, load) -> {
                    assertThat(load.remaining()).isPositive();
                    return make(Thread.currentThread().getName());
                })
                .build()) {
            assertThat(cache.<String, RuntimeException>with("a", value -> value.name))
                    .isEqualTo(Thread.currentThread().getName());
        }
    }

    @Test
    void closingTheCacheEndsLoadsForAllWhoWait() throws Exception {
        LeasedCache<String, Resource> cache = cache().loader(this::makeSlowly).build();
        FutureTask<Object> waiter = start(() -> cache.acquire("a"));
        entered.await();

        CacheCloseReport report = cache.close(Duration.ofMillis(10));

        assertThat(report.inFlight()).isOne();
        assertThatThrownBy(waiter::get).hasCauseInstanceOf(CacheClosedException.class);
        gate.countDown();
        await(() -> !made.isEmpty());
        assertThat(made.element().awaitClosed()).isTrue();
    }

    @Test
    void whatIsInvalidatedWhileItIsLoadedIsDeliveredAndDropped() throws Exception {
        try (LeasedCache<String, Resource> cache =
                cache().loader(this::makeSlowly).build()) {
            FutureTask<String> waiter = start(() -> cache.<String, RuntimeException>with("a", value -> value.name));
            entered.await();
            cache.invalidate("a");
            gate.countDown();

            assertThat(waiter.get()).isEqualTo("a");
            assertThat(made.element().awaitClosed()).isTrue();
            assertThat(cache.keys()).isEmpty();
        }
    }
}
