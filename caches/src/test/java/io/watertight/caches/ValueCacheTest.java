package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValueCacheTest {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final ValueCacheFixture fixture = new ValueCacheFixture();

    @Test
    void valueIsLoadedOnce() throws Exception {
        try (ValueCache<Integer, String> cache =
                fixture.sized(10).loader(fixture::load).recordHits().build()) {
            assertThat(cache.getIfPresent(1)).isNull();
            assertThat(cache.get(1)).isEqualTo("1#1");
            assertThat(cache.get(1)).isEqualTo("1#1");
            assertThat(cache.getIfPresent(1)).isEqualTo("1#1");
            assertThat(cache.get(2, (key, load) -> "other")).isEqualTo("other");
            assertThat(cache.keys()).containsExactlyInAnyOrder(1, 2);

            ValueCacheStats stats = cache.stats();
            assertThat(stats.size()).isEqualTo(2);
            assertThat(stats.hits()).isEqualTo(2);
            assertThat(stats.misses()).isEqualTo(3);
            assertThat(stats.loads()).isEqualTo(2);
        }
    }

    @Test
    void putReplacesAndInvalidateRemoves() throws Exception {
        try (ValueCache<Integer, String> cache =
                fixture.sized(10).loader(fixture::load).build()) {
            cache.put(1, "one");
            cache.put(2, "two");
            cache.put(1, "uno");
            assertThat(cache.get(1)).isEqualTo("uno");

            cache.invalidate(1);
            assertThat(cache.getIfPresent(1)).isNull();
            assertThat(cache.getIfPresent(2)).isEqualTo("two");

            cache.invalidateAll();
            assertThat(cache.size()).isZero();
            assertThat(cache.stats().hits()).isZero();
        }
    }

    @Test
    void boundHolds() {
        try (ValueCache<Integer, String> cache = fixture.sized(100).build()) {
            IntStream.range(0, 10_000).forEach(key -> cache.put(key, "v"));

            assertThat(cache.size()).isEqualTo(100);
            assertThat(cache.stats().evicted()).isEqualTo(9_900);
            assertThat(cache).hasToString("ValueCache[prices, 100 of at most 100]");
        }
    }

    @Test
    void boundOfWeightHolds() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.weighed(1_000, (key, value) -> value.length())
                .loader((key, load) -> "x".repeat(10))
                .build()) {
            IntStream.range(0, 500).forEach(key -> cache.put(key, "x".repeat(10)));
            for (int key = 500; key < 1_000; key++) {
                cache.get(key);
            }
            ValueCacheFixture.await(() -> cache.stats().inFlight() == 0);
            assertThat(cache.size()).isBetween(90L, 100L);

            cache.put(5_000, "x".repeat(1_001));
            assertThat(cache.getIfPresent(5_000)).isNull();
        }
    }

    @Test
    void weigherThatFailsLeavesTheCacheAsItWas() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.weighed(100, (key, value) -> Integer.parseInt(value))
                .loader((key, load) -> key == 1 ? "none" : "7")
                .build()) {
            cache.put(1, "5");

            assertThatIllegalStateException()
                    .isThrownBy(() -> cache.put(1, "heavy"))
                    .withMessageContaining("'prices'")
                    .withMessageContaining("weigher")
                    .withCauseInstanceOf(NumberFormatException.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> cache.put(1, "0"))
                    .withMessageContaining("said 0");
            assertThat(cache.getIfPresent(1)).isEqualTo("5");

            cache.invalidate(1);
            assertThatExceptionOfType(LoadFailedException.class)
                    .isThrownBy(() -> cache.get(1))
                    .withStackTraceContaining("weigher failed")
                    .withStackTraceContaining("NumberFormatException");
            assertThat(cache.keys()).isEmpty();
            assertThat(cache.get(2)).isEqualTo("7");
            ValueCacheFixture.await(() -> cache.stats().inFlight() == 0);
        }
    }

    @Test
    void closeableValuesAreRefused() {
        AtomicBoolean closed = new AtomicBoolean();
        AutoCloseable value = () -> closed.set(true);
        try (ValueCache<Integer, AutoCloseable> cache = ValueCache.<Integer, AutoCloseable>builder("files")
                .maximumSize(10)
                .loader((key, load) -> value)
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cache.put(1, value))
                    .withMessageContaining("'files'")
                    .withMessageContaining("LeasedCache");
            assertThat(closed).isFalse(); // it is the caller's

            assertThatExceptionOfType(LoadFailedException.class)
                    .isThrownBy(() -> cache.get(1))
                    .withStackTraceContaining("LeasedCache");
            assertThat(closed).isTrue(); // nobody else has it
            ValueCacheFixture.await(() -> cache.size() == 0);
        }
    }

    @Test
    void manyWaitForOneLoad() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .loader((key, load) -> {
                    begun.countDown();
                    mayEnd.await();
                    return fixture.load(key, load);
                })
                .build()) {
            FutureTask<String> first = started(cache, 1);
            begun.await();
            FutureTask<String> second = started(cache, 1);
            assertThat(cache.getIfPresent(1)).isNull();
            assertThat(cache.keys()).isEmpty();
            mayEnd.countDown();

            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("1#1");
            assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("1#1");
            assertThat(fixture.loads).hasValue(1);
        }
    }

    private static FutureTask<String> started(ValueCache<Integer, String> cache, int key) {
        FutureTask<String> task = new FutureTask<>(() -> cache.get(key));
        new Thread(task, "asks").start();
        return task;
    }

    @Test
    void putDuringALoadIsNotOverwritten() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        LoadDefence<Integer> defence =
                LoadDefence.<Integer>builder("prices").rememberAbsent(TTL).build();
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .defence(defence)
                .loader((key, load) -> {
                    begun.countDown();
                    mayEnd.await();
                    return "old";
                })
                .build()) {
            FutureTask<String> asks = started(cache, 1);
            begun.await();
            cache.put(1, "new");
            mayEnd.countDown();

            assertThat(asks.get(30, TimeUnit.SECONDS)).isEqualTo("old");
            assertThat(cache.get(1)).isEqualTo("new");
        }
    }

    @Test
    void absentValueIsNullAndRemembered() throws Exception {
        LoadDefence<Integer> defence =
                LoadDefence.<Integer>builder("prices").rememberAbsent(TTL).build();
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .defence(defence)
                .loader((key, load) -> {
                    fixture.loads.incrementAndGet();
                    return null;
                })
                .build()) {
            assertThat(cache.get(1)).isNull();
            assertThat(cache.get(1)).isNull();
            assertThat(fixture.loads).hasValue(1);
            ValueCacheFixture.await(() -> cache.size() == 0);

            cache.put(1, "one");
            cache.invalidate(1);
            assertThat(cache.get(1)).isNull();
            assertThat(fixture.loads).hasValue(2);
        }
    }

    @Test
    void keyThatHasFailedFailsAtOnce() {
        LoadDefence<Integer> defence =
                LoadDefence.<Integer>builder("prices").backOff(TTL, TTL).build();
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .defence(defence)
                .loader((key, load) -> {
                    fixture.loads.incrementAndGet();
                    throw new java.io.IOException("refused");
                })
                .build()) {
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(LoadFailedException.class)
                        .isThrownBy(() -> cache.get(1))
                        .withRootCauseInstanceOf(java.io.IOException.class);
            }
            assertThat(fixture.loads).hasValue(1);
            assertThat(cache.stats().failures()).isEqualTo(1);
        }
    }

    @Test
    void closeEndsLoadsAndRefusesValues() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        ValueCache<Integer, String> cache = fixture.sized(10)
                .loader((key, load) -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                })
                .build();
        cache.put(1, "one");
        FutureTask<String> asks = started(cache, 2);
        begun.await();

        cache.close();
        cache.close();

        assertThat(asks)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withRootCauseInstanceOf(CacheClosedException.class);
        assertThat(cache.getIfPresent(1)).isNull();
        assertThatExceptionOfType(CacheClosedException.class).isThrownBy(() -> cache.get(1));
        assertThatExceptionOfType(CacheClosedException.class).isThrownBy(() -> cache.put(1, "one"));
        assertThat(cache.size()).isZero();
        ValueCacheFixture.await(() -> cache.stats().inFlight() == 0);
    }

    @Test
    void trimEvictsAPart() {
        try (ValueCache<Integer, String> cache = fixture.sized(100).build()) {
            IntStream.range(0, 100).forEach(key -> cache.put(key, "v"));

            assertThat(cache.trim(0.25)).isEqualTo(25);
            assertThat(cache.size()).isEqualTo(75);
            assertThat(cache.trim(0)).isZero();

            IntStream.range(100, 1_000).forEach(key -> cache.put(key, "v"));
            assertThat(cache.size()).isEqualTo(100); // the bound is what it was

            assertThat(cache.trim(1)).isEqualTo(100);
            assertThat(cache.size()).isZero();
            assertThatIllegalArgumentException().isThrownBy(() -> cache.trim(1.1));
        }
    }

    @Test
    void trimOfWeightsEvictsAPart() {
        try (ValueCache<Integer, String> cache =
                fixture.weighed(1_000, (key, value) -> 10).build()) {
            IntStream.range(0, 100).forEach(key -> cache.put(key, "v"));

            assertThat(cache.trim(0.5)).isEqualTo(50);
            assertThat(cache.size()).isEqualTo(50);
        }
    }

    @Test
    void worstCaseIsKnownWhereBytesAre() {
        int structure = ValueSettings.STRUCTURE_BYTES;
        try (ValueCache<Integer, String> none = fixture.sized(10).build();
                ValueCache<Integer, String> told =
                        fixture.sized(10).bytesPerEntry(100).build();
                ValueCache<Integer, String> twice = fixture.sized(10)
                        .bytesPerEntry(100)
                        .timeToLive(TTL)
                        .staleIfError(TTL)
                        .build();
                ValueCache<Integer, String> huge =
                        fixture.sized(Long.MAX_VALUE).bytesPerEntry(100).build();
                ValueCache<Integer, String> bytes = ValueCache.<Integer, String>builder("bytes")
                        .maximumBytes(10_000, (key, value) -> 100)
                        .build()) {
            assertThat(none.worstCaseBytes()).isEmpty();
            assertThat(told.worstCaseBytes()).hasValue(10L * (100 + structure));
            assertThat(twice.worstCaseBytes()).hasValue(20L * (100 + structure));
            assertThat(huge.worstCaseBytes()).hasValue(Long.MAX_VALUE);
            assertThat(bytes.worstCaseBytes()).hasValue(10_000);

            IntStream.range(0, 1_000).forEach(key -> bytes.put(key, "v"));
            assertThat(bytes.size()).isEqualTo(10_000 / (100 + structure));
        }
    }

    @Test
    void wrongOptionsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> ValueCache.builder(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> fixture.sized(0));
        assertThatIllegalArgumentException().isThrownBy(() -> fixture.sized(1).timeToLive(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> fixture.sized(1).jitter(0.6));
        assertThatIllegalArgumentException().isThrownBy(() -> fixture.sized(1).maxInFlight(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.sized(1).jitter(0.2).build())
                .withMessageContaining("time to live");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.sized(1).refreshAfter(TTL).build())
                .withMessageContaining("loader");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.sized(1)
                        .loader(fixture::load)
                        .timeToLive(TTL)
                        .refreshAfter(TTL)
                        .build())
                .withMessageContaining("PT10M");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.sized(1).staleIfError(TTL).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        fixture.weighed(1, (key, value) -> 1).bytesPerEntry(8).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.sized(1).exactLru().entryTimeToLive().build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fixture.sized(1)
                        .exactLru()
                        .timeToLive(TTL)
                        .staleIfError(TTL)
                        .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        fixture.sized(1).exactLru().timeToLive(TTL).jitter(0.1).build());
    }

    @Test
    void nullsAreRefused() {
        try (ValueCache<Integer, String> cache = fixture.sized(10).build()) {
            assertThatNullPointerException().isThrownBy(() -> cache.put(null, "one"));
            assertThatNullPointerException().isThrownBy(() -> cache.put(1, null));
            assertThatNullPointerException().isThrownBy(() -> cache.getIfPresent(null));
            assertThatIllegalStateException().isThrownBy(() -> cache.get(1)).withMessageContaining("no loader");
        }
    }
}
