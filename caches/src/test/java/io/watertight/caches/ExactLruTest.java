package io.watertight.caches;

import static io.watertight.caches.ValueCacheFixture.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A cache that evicts in the exact order of use. */
class ExactLruTest {
    private static final Duration TTL = Duration.ofMinutes(10);

    private final ValueCacheFixture fixture = new ValueCacheFixture();

    @Test
    void evictsWhatWasNotAskedForForLongest() throws Exception {
        try (ValueCache<Integer, String> cache =
                fixture.sized(3).exactLru().loader(fixture::load).build()) {
            for (int key : new int[] {1, 2, 3, 1, 4}) {
                settled(cache, key);
            }

            assertThat(cache.keys()).containsExactlyInAnyOrder(1, 3, 4);
            assertThat(cache.stats().evicted()).isEqualTo(1);
        }
    }

    @Test
    void keepsExactlyWhatAListOfUseKeeps() throws Exception {
        Map<Integer, Integer> model = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
                return size() > 50;
            }
        };
        Random random = new Random(7);
        try (ValueCache<Integer, String> cache =
                fixture.sized(50).exactLru().loader(fixture::load).build()) {
            for (int i = 0; i < 5_000; i++) {
                int key = (int) Math.abs(random.nextGaussian() * 40);
                assertThat(cache.getIfPresent(key) != null).as("step %d", i).isEqualTo(model.get(key) != null);
                cache.put(key, "v");
                model.put(key, key);
            }
            assertThat(cache.keys()).isEqualTo(model.keySet());
        }
    }

    @Test
    void loadsOnceAndForgetsWhatHasNoValue() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (ValueCache<Integer, String> cache = fixture.sized(10)
                .exactLru()
                .loader((key, load) -> {
                    begun.countDown();
                    mayEnd.await();
                    if (key == 2) {
                        throw new IOException("refused");
                    }
                    return key == 3 ? null : fixture.load(key, load);
                })
                .build()) {
            FutureTask<String> first = new FutureTask<>(() -> cache.get(1));
            FutureTask<String> second = new FutureTask<>(() -> cache.get(1));
            new Thread(first, "first").start();
            begun.await();
            new Thread(second, "second").start();
            mayEnd.countDown();
            assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("1#1");
            assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo("1#1");

            assertThatExceptionOfType(LoadFailedException.class).isThrownBy(() -> cache.get(2));
            assertThat(settled(cache, 3)).isNull();
            assertThat(cache.keys()).containsExactly(1);
            assertThat(cache.size()).isEqualTo(1);
        }
    }

    @Test
    void loadedValuesWeighWhatTheyWeigh() throws Exception {
        try (ValueCache<Integer, String> cache = fixture.weighed(100, (key, value) -> 10)
                .exactLru()
                .loader(fixture::load)
                .build()) {
            for (int key = 0; key < 50; key++) {
                cache.get(key);
            }
            ValueCacheFixture.await(() -> cache.size() <= 10);
            assertThat(cache.size()).isPositive();
        }
    }

    @Test
    void valuesExpire() throws Exception {
        try (ValueCache<Integer, String> written = fixture.sized(10)
                        .exactLru()
                        .timeToLive(TTL)
                        .loader(fixture::load)
                        .build();
                ValueCache<Integer, String> used =
                        fixture.sized(10).exactLru().timeToIdle(TTL).build()) {
            settled(written, 1);
            used.put(1, "one");
            fixture.ticker.advance(TTL.dividedBy(2));
            assertThat(written.get(1)).isEqualTo("1#1");
            assertThat(used.getIfPresent(1)).isEqualTo("one");

            fixture.ticker.advance(TTL.dividedBy(2));
            assertThat(settled(written, 1)).isEqualTo("1#2");
            assertThat(used.getIfPresent(1)).isEqualTo("one");
            assertThat(written.stats().expired()).isEqualTo(1);

            fixture.ticker.advance(TTL);
            assertThat(used.getIfPresent(1)).isNull();
        }
    }

    @Test
    void trimInvalidateAndClose() {
        ValueCache<Integer, String> cache = fixture.sized(100).exactLru().build();
        IntStream.range(0, 100).forEach(key -> cache.put(key, "v"));

        assertThat(cache.trim(0.25)).isEqualTo(25);
        assertThat(cache.size()).isEqualTo(75);

        Integer key = cache.keys().iterator().next();
        cache.invalidate(key);
        assertThat(cache.getIfPresent(key)).isNull();

        cache.close();
        assertThat(cache.size()).isZero();
        assertThatExceptionOfType(CacheClosedException.class).isThrownBy(() -> cache.put(1, "one"));
    }
}
