package io.watertight.caches;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a hit allocates, to the byte, and what puts and misses do. Of full caches: in one less than half full Caffeine notes no reads. */
class ValueCacheAllocationTest {
    private static final int SIZE = 1_000;

    /** Escapes, so that no compiler removes what is read. */
    static volatile Object sink;

    private final Integer[] keys = IntStream.range(0, SIZE).boxed().toArray(Integer[]::new);
    private int next;

    private void assertHitsAllocateNothing(ValueCacheBuilder<Integer, String> builder) {
        try (ValueCache<Integer, String> cache = builder.build()) {
            for (Integer key : keys) {
                cache.put(key, "value");
            }
            Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
                next = next + 1 == SIZE ? 0 : next + 1;
                sink = cache.getIfPresent(keys[next]);
                sink = cache.get(keys[next]);
            });
        }
    }

    private static ValueCacheBuilder<Integer, String> builder() {
        return ValueCache.<Integer, String>builder("full").maximumSize(SIZE).loader((key, load) -> "loaded");
    }

    @Test
    void hitAllocatesNothing() {
        assertHitsAllocateNothing(builder());
    }

    @Test
    void hitOfACacheWithEveryOptionAllocatesNothing() {
        LoadDefence<Integer> defence = LoadDefence.<Integer>builder("full")
                .rememberAbsent(Duration.ofMinutes(5))
                .backOff()
                .rateLimit(100)
                .build();
        assertHitsAllocateNothing(builder()
                .timeToIdle(Duration.ofHours(1))
                .refreshAfter(Duration.ofMinutes(30))
                .staleIfError(Duration.ofHours(1))
                .staleWhileDegraded(() -> false)
                .recordHits()
                .defence(defence));
    }

    /** Its row and its future are 56 bytes; the rest is Caffeine's: 80 or 112, as the compiler likes. */
    @Test
    void putOfAKeyThatIsThereAllocates200BytesAtTheMost() {
        try (ValueCache<Integer, String> cache = full()) {
            Allocations.assertAllocatesAtMost(200, AllocationMode.STEADY, () -> {
                next = next + 1 == SIZE ? 0 : next + 1;
                cache.put(keys[next], "other");
            });
        }
    }

    /** Loaded by the caller: what threads that wait for each other allocate differs from run to run. */
    @Test
    void missAllocates1000BytesAtTheMost() {
        try (ValueCache<Integer, String> cache = full()) {
            Allocations.assertAllocatesAtMost(1_000, AllocationMode.STEADY, () -> {
                next = next + 1 == SIZE ? 0 : next + 1;
                cache.invalidate(keys[next]);
                sink = cache.get(keys[next]);
            });
        }
    }

    private ValueCache<Integer, String> full() {
        ValueCache<Integer, String> cache = builder().executor(Runnable::run).build();
        for (Integer key : keys) {
            cache.put(key, "value");
        }
        return cache;
    }
}
