package io.watertight.caches;

import static io.watertight.caches.ValueCacheFixture.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When values expire, are refreshed, and stand in after their time. */
class ValueCacheTimeTest {
    private static final Duration TTL = Duration.ofMinutes(10);
    private static final Duration NANO = Duration.ofNanos(1);

    private final ValueCacheFixture fixture = new ValueCacheFixture();
    private final AtomicBoolean broken = new AtomicBoolean();

    private String loadOrFail(Integer key, CacheLoad load) throws IOException {
        if (broken.get()) {
            fixture.loads.incrementAndGet();
            throw new IOException("refused");
        }
        return fixture.load(key, load);
    }

    @Test
    void valueExpiresAfterItWasWritten() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .timeToLive(TTL)
                .jitter(0)
                .loader(fixture::load)
                .build()) {
            settled(cache, 1);
            cache.put(2, "two");

            fixture.ticker.advance(TTL.minus(NANO));
            assertThat(cache.getIfPresent(1)).isEqualTo("1#1");
            assertThat(cache.getIfPresent(2)).isEqualTo("two");

            fixture.ticker.advance(NANO);
            assertThat(cache.getIfPresent(2)).isNull();
            assertThat(settled(cache, 1)).isEqualTo("1#2");

            fixture.ticker.advance(TTL.plusSeconds(2));
            assertThat(cache.size()).isZero();
            assertThat(cache.stats().expired()).isEqualTo(3);
        }
    }

    @Test
    void valueExpiresAfterItWasLastAskedFor() {
        try (ValueCache<Integer, String> cache =
                fixture.sized(10).timeToIdle(TTL).jitter(0).build()) {
            cache.put(1, "one");
            cache.put(2, "two");
            for (int i = 0; i < 5; i++) {
                fixture.ticker.advance(TTL.dividedBy(2));
                assertThat(cache.getIfPresent(1)).isEqualTo("one");
            }
            assertThat(cache.getIfPresent(2)).isNull();

            fixture.ticker.advance(TTL);
            assertThat(cache.getIfPresent(1)).isNull();
        }
    }

    @Test
    void timesVaryByATenthAndAreTheSameForAKey() {
        long[] first = lives(fixture.sized(1_000).timeToLive(TTL));
        long[] second = lives(fixture.sized(1_000).timeToLive(TTL));
        ValueCacheBuilder<Integer, String> otherSeed = fixture.sized(1_000).timeToLive(TTL);
        otherSeed.jitterSeed = 43;

        assertThat(first).isEqualTo(second).isNotEqualTo(lives(otherSeed));
        double ttl = TTL.toNanos();
        assertThat(IntStream.range(0, 1_000).mapToDouble(i -> first[i] / ttl))
                .allMatch(share -> share >= 0.9 && share <= 1.1);
        assertThat(IntStream.range(0, 1_000).filter(i -> first[i] < 0.92 * ttl).count())
                .isBetween(60L, 140L);
        assertThat(IntStream.range(0, 1_000).filter(i -> first[i] > 1.08 * ttl).count())
                .isBetween(60L, 140L);
        assertThat(lives(fixture.sized(1_000).timeToLive(TTL).jitter(0))).containsOnly(TTL.toNanos());
    }

    private static long[] lives(ValueCacheBuilder<Integer, String> builder) {
        ValueSettings<Integer, String> settings = builder.settings();
        return IntStream.range(0, 1_000)
                .mapToLong(key -> settings.store(key, "v", 0).lifeNanos())
                .toArray();
    }

    @Test
    void thousandValuesOfOneMomentExpireOneAfterAnother() {
        try (ValueCache<Integer, String> cache =
                fixture.sized(1_000).timeToLive(TTL).build()) {
            IntStream.range(0, 1_000).forEach(key -> cache.put(key, "v"));

            fixture.ticker.advance(TTL);

            assertThat(IntStream.range(0, 1_000)
                            .filter(key -> cache.getIfPresent(key) == null)
                            .count())
                    .isBetween(400L, 600L);
        }
    }

    @Test
    void singleValuesHaveTheirOwnTime() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .entryTimeToLive()
                .jitter(0)
                .loader((key, load) -> {
                    load.timeToLive(TTL.multipliedBy(2));
                    return "loaded";
                })
                .build()) {
            cache.put(1, "short", TTL);
            cache.put(2, "for ever");
            settled(cache, 3);

            fixture.ticker.advance(TTL);
            assertThat(cache.getIfPresent(1)).isNull();
            assertThat(cache.getIfPresent(3)).isEqualTo("loaded");

            fixture.ticker.advance(TTL);
            assertThat(cache.getIfPresent(3)).isNull();

            fixture.ticker.advance(Duration.ofDays(10_000));
            assertThat(cache.getIfPresent(2)).isEqualTo("for ever");
            assertThatIllegalArgumentException().isThrownBy(() -> cache.put(1, "none", Duration.ZERO));
        }
    }

    @Test
    void cacheWithoutTimeRefusesTimes() {
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .loader((key, load) -> {
                    load.timeToLive(TTL);
                    return "never";
                })
                .build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> cache.put(1, "one", TTL))
                    .withMessageContaining("entryTimeToLive");
            assertThatExceptionOfType(LoadFailedException.class)
                    .isThrownBy(() -> cache.get(1))
                    .withStackTraceContaining("entryTimeToLive");
        }
    }

    @Test
    void oldValueIsRefreshedInTheBackground() throws Exception {
        CountDownLatch mayReload = new CountDownLatch(1);
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .timeToLive(TTL)
                .jitter(0)
                .refreshAfter(TTL.dividedBy(2))
                .loader((key, load) -> {
                    if (fixture.loads.get() == 1) {
                        mayReload.await();
                    }
                    return loadOrFail(key, load);
                })
                .build()) {
            settled(cache, 1);
            fixture.ticker.advance(TTL.dividedBy(2).plus(NANO));

            assertThat(cache.get(1)).isEqualTo("1#1"); // does not wait
            mayReload.countDown();
            ValueCacheFixture.await(
                    () -> "1#2".equals(cache.getIfPresent(1)) && cache.stats().inFlight() == 0);

            broken.set(true);
            fixture.ticker.advance(TTL.dividedBy(2).plus(NANO));
            assertThat(cache.get(1)).isEqualTo("1#2");
            ValueCacheFixture.await(() -> cache.stats().failures() == 1);
            assertThat(cache.getIfPresent(1)).isEqualTo("1#2"); // it failed, so the one before stays
        }
    }

    @Test
    void expiredValueStandsInForAFailedLoad() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .timeToLive(TTL)
                .jitter(0)
                .staleIfError(TTL)
                .loader(this::loadOrFail)
                .build()) {
            settled(cache, 1);
            broken.set(true);
            fixture.ticker.advance(TTL);

            assertThat(cache.get(1)).isEqualTo("1#1");
            assertThat(cache.get(1)).isEqualTo("1#1");
            assertThat(fixture.loads).hasValue(3); // each has tried
            assertThat(cache.getIfPresent(1)).isNull();
            assertThat(cache.stats().staleServed()).isEqualTo(2);
            assertThat(cache.stats().stale()).isEqualTo(1);
            assertThatExceptionOfType(LoadFailedException.class).isThrownBy(() -> cache.get(2));

            fixture.ticker.advance(TTL);
            assertThatExceptionOfType(LoadFailedException.class).isThrownBy(() -> cache.get(1));
        }
    }

    @Test
    void newValueEndsTheOldOne() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .timeToLive(TTL)
                .jitter(0)
                .staleIfError(TTL.multipliedBy(10))
                .loader(this::loadOrFail)
                .build()) {
            for (int key = 1; key <= 4; key++) {
                settled(cache, key);
            }
            fixture.ticker.advance(TTL);
            broken.set(true);
            for (int key = 1; key <= 4; key++) {
                assertThat(cache.get(key)).isEqualTo(key + "#" + key);
            }

            broken.set(false);
            settled(cache, 1);
            cache.put(2, "two");
            cache.invalidate(3);
            assertThat(cache.stats().stale()).isEqualTo(1);
            cache.invalidateAll();
            assertThat(cache.stats().stale()).isZero();
        }
    }

    @Test
    void valueThatWasInvalidatedDoesNotStandIn() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .timeToLive(TTL)
                .staleIfError(TTL)
                .loader(this::loadOrFail)
                .build()) {
            settled(cache, 1);
            broken.set(true);

            cache.invalidate(1);

            assertThatExceptionOfType(LoadFailedException.class).isThrownBy(() -> cache.get(1));
        }
    }

    @Test
    void whileDegradedExpiredValuesAreGivenOutWithoutALoad() throws Exception {
        AtomicBoolean degraded = new AtomicBoolean();
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .timeToLive(TTL)
                .jitter(0)
                .staleWhileDegraded(degraded::get)
                .loader(this::loadOrFail)
                .build()) {
            settled(cache, 1);
            fixture.ticker.advance(TTL);
            degraded.set(true);

            assertThat(cache.get(1)).isEqualTo("1#1");
            assertThat(cache.get(2)).isEqualTo("2#2"); // nothing else is to be had
            assertThat(cache.stats().staleServed()).isEqualTo(1);

            degraded.set(false);
            assertThat(settled(cache, 1)).isEqualTo("1#3");

            broken.set(true); // without staleIfError a failure is told
            fixture.ticker.advance(TTL);
            assertThatExceptionOfType(LoadFailedException.class).isThrownBy(() -> cache.get(1));
        }
    }

    @Test
    void expiredValuesAreBoundedToo() {
        try (ValueCache<Integer, String> cache = fixture.sized(100)
                .timeToLive(TTL)
                .jitter(0)
                .staleIfError(Duration.ofDays(1))
                .build()) {
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 100; i++) {
                    cache.put(round * 100 + i, "v");
                }
                fixture.ticker.advance(TTL.plusSeconds(2));
                assertThat(cache.size()).isZero();
            }
            assertThat(cache.stats().stale()).isEqualTo(100);
            assertThat(cache.stats().expired()).isEqualTo(1_000);
        }
    }
}
