package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What loads do to those who wait for them, and to what they return. */
@Timeout(120)
class LeasedLoadTest extends LoadingFixture {
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
