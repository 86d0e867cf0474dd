package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a {@link ValueCacheBuilder} has said, checked and converted. */
record ValueSettings<K, V>(
        String name,
        Ticker ticker,
        long maximum,
        @Nullable Weigher<? super K, ? super V> weigher,
        long bytesPerEntry,
        boolean weighsBytes,
        boolean exactLru,
        boolean expires,
        boolean afterAccess,
        long lifeNanos,
        double jitter,
        int jitterSeed,
        long refreshNanos,
        long staleNanos,
        @Nullable BooleanSupplier degraded,
        boolean recordHits,
        @Nullable CacheLoader<? super K, ? extends V> loader,
        long loadTimeoutNanos,
        int maxInFlight,
        @Nullable LoadDefence<? super K> defence,
        @Nullable Executor executor) {
    /**
     * What the map needs for an entry beside the key and the value, with compressed references: its node (80), the future
     * (24), {@link Stored} (32), and the places in the table and in the rings of the timer and the policy.
     */
    static final int STRUCTURE_BYTES = 200;

    boolean keepsStale() {
        return staleNanos > 0 || degraded != null;
    }

    LoadSettings<K> loads(LoadDefence<? super K> defending) {
        return new LoadSettings<>(name, ticker, loadTimeoutNanos, maxInFlight, defending, executor);
    }

    /** Makes what the map is to hold, or says what is wrong with it: here, where nobody else is blocked. */
    Stored<V> store(K key, V value, long givenLifeNanos) {
        if (value instanceof AutoCloseable) {
            throw new IllegalArgumentException("cache '" + name + "': a value of "
                    + value.getClass().getName() + " is AutoCloseable, and would never be closed; use a LeasedCache,"
                    + " which closes each value once, after its last user");
        }
        long life = givenLifeNanos == 0 ? lifeNanos : givenLifeNanos;
        return new Stored<>(value, weigh(key, value), Jitter.vary(life, jitter, key.hashCode(), jitterSeed));
    }

    private int weigh(K key, V value) {
        int weight = Weights.weigh("cache '" + name + "'", weigher, key, value);
        return weighsBytes ? (int) Math.min(Integer.MAX_VALUE, (long) weight + STRUCTURE_BYTES) : weight;
    }

    long checkLife(Duration timeToLive) {
        long nanos = Arguments.positiveNanos(timeToLive, "timeToLive");
        if (!expires) {
            throw new IllegalStateException("cache '" + name + "': a value cannot have a time to live (" + timeToLive
                    + "), because its cache keeps no time; build it with timeToLive() or entryTimeToLive()");
        }
        return nanos;
    }
}
