package io.watertight.caches;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A cache whose time is the test's, and a loader that counts. */
final class ValueCacheFixture {
    final ManualTicker ticker = new ManualTicker();
    final AtomicInteger loads = new AtomicInteger();

    ValueCacheBuilder<Integer, String> sized(long maximum) {
        return prepare(ValueCache.<Integer, String>builder("prices").maximumSize(maximum));
    }

    ValueCacheBuilder<Integer, String> weighed(long maximum, Weigher<Integer, String> weigher) {
        return prepare(ValueCache.<Integer, String>builder("prices").maximumWeight(maximum, weigher));
    }

    private ValueCacheBuilder<Integer, String> prepare(ValueCacheBuilder<Integer, String> builder) {
        builder.ticker = ticker;
        builder.jitterSeed = 42;
        return builder;
    }

    String load(Integer key, CacheLoad load) {
        return key + "#" + loads.incrementAndGet();
    }

    /** Gets a value, and waits until its load is over for the map as well: it begins to age then. */
    static @Nullable String settled(ValueCache<Integer, String> cache, int key) throws InterruptedException {
        String value = cache.get(key);
        await(() -> cache.stats().inFlight() == 0);
        return value;
    }

    /** Waits for what another thread is about to do. */
    static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(30)) {
                throw new AssertionError("it did not happen within 30 s");
            }
            LockSupport.parkNanos(100_000);
        }
    }
}
