package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link ValueCache}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class ValueCacheBuilder<K, V> {
    final String name;
    final long maximum;
    final @Nullable Weigher<? super K, ? super V> weigher;
    final boolean weighsBytes;
    private long bytesPerEntry;
    private boolean exactLru;
    private long lifeNanos;
    private boolean afterAccess;
    private boolean entryTimeToLive;
    private double jitter = 0.1;
    private boolean jitterSet;
    private long refreshNanos;
    private long staleNanos;
    private @Nullable BooleanSupplier degraded;
    private boolean recordHits;
    private @Nullable CacheLoader<? super K, ? extends V> loader;
    private long loadTimeoutNanos = Duration.ofSeconds(30).toNanos();
    private int maxInFlight = 100;
    private @Nullable LoadDefence<? super K> defence;
    private @Nullable Executor executor;

    int jitterSeed = ThreadLocalRandom.current().nextInt();
    Ticker ticker = Ticker.system();

    private ValueCacheBuilder(
            String name, long maximum, @Nullable Weigher<? super K, ? super V> weigher, boolean weighsBytes) {
        this.name = name;
        this.maximum = maximum;
        this.weigher = weigher;
        this.weighsBytes = weighsBytes;
    }

    /**
     * The first step: a cache has a bound.
     *
     * @param <K> the keys
     * @param <V> the values
     */
    public static final class BoundStep<K, V> {
        private final String name;

        BoundStep(String name) {
            this.name = Arguments.name(name, "cache");
        }

        /**
         * Bounds the number of values.
         *
         * @param values 1 or more
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code values} is less than 1
         */
        public ValueCacheBuilder<K, V> maximumSize(long values) {
            return new ValueCacheBuilder<>(name, checkPositive("maximumSize", values), null, false);
        }

        /**
         * Bounds the sum of the weights of the values. One that is heavier than that is evicted at once.
         *
         * @param weight 1 or more
         * @param weigher weighs each value once, before it goes in
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code weight} is less than 1
         */
        public ValueCacheBuilder<K, V> maximumWeight(long weight, Weigher<? super K, ? super V> weigher) {
            return new ValueCacheBuilder<>(
                    name, checkPositive("maximumWeight", weight), Objects.requireNonNull(weigher, "weigher"), false);
        }

        /**
         * Bounds the heap that keys and values fill, together with what the cache itself needs for each (200 bytes, an
         * estimate).
         *
         * @param bytes 1 or more
         * @param bytesOf says how many bytes a key and its value are, once, before they go in
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code bytes} is less than 1
         */
        public ValueCacheBuilder<K, V> maximumBytes(long bytes, Weigher<? super K, ? super V> bytesOf) {
            return new ValueCacheBuilder<>(
                    name, checkPositive("maximumBytes", bytes), Objects.requireNonNull(bytesOf, "bytesOf"), true);
        }
    }

    private static long checkPositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more: " + value);
        }
        return value;
    }

    /**
     * Sets what loads a value that is missing.
     *
     * @param loads must be thread-safe
     * @return this builder
     */
    public ValueCacheBuilder<K, V> loader(CacheLoader<? super K, ? extends V> loads) {
        this.loader = Objects.requireNonNull(loads, "loads");
        return this;
    }

    /**
     * Has each value expire some time after it was loaded or put.
     *
     * @param time positive
     * @return this builder
     * @throws IllegalArgumentException if {@code time} is zero or negative
     */
    public ValueCacheBuilder<K, V> timeToLive(Duration time) {
        this.lifeNanos = Arguments.positiveNanos(time, "time");
        this.afterAccess = false;
        return this;
    }

    /**
     * Has each value expire some time after it was loaded, put, or asked for, whichever was last. A value that is asked for all
     * the time never expires.
     *
     * @param time positive
     * @return this builder
     * @throws IllegalArgumentException if {@code time} is zero or negative
     */
    public ValueCacheBuilder<K, V> timeToIdle(Duration time) {
        this.lifeNanos = Arguments.positiveNanos(time, "time");
        this.afterAccess = true;
        return this;
    }

    /**
     * Lets single values have a time to live ({@link ValueCache#put(Object, Object, Duration)}, {@link CacheLoad#timeToLive})
     * where those without one are kept for ever. Not needed beside a time for all.
     *
     * @return this builder
     */
    public ValueCacheBuilder<K, V> entryTimeToLive() {
        this.entryTimeToLive = true;
        return this;
    }

    /**
     * Varies times to live by key, so that values which came together do not expire together. A key has the same variation
     * for as long as the cache lives.
     *
     * @param share the largest part by which a time is longer or shorter, 0 (not at all) to 0.5; 0.1 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code share} is out of range
     */
    public ValueCacheBuilder<K, V> jitter(double share) {
        if (!(share >= 0 && share <= 0.5)) {
            throw new IllegalArgumentException("share must be 0 to 0.5: " + share);
        }
        this.jitter = share;
        this.jitterSet = true;
        return this;
    }

    /**
     * Has a value loaded anew, in the background, when it is asked for at this age. Until that is done, and if it fails, the one
     * before is given out. Needs a {@link #loader}.
     *
     * @param age positive, and less than the time to live
     * @return this builder
     * @throws IllegalArgumentException if {@code age} is zero or negative
     */
    public ValueCacheBuilder<K, V> refreshAfter(Duration age) {
        this.refreshNanos = Arguments.positiveNanos(age, "age");
        return this;
    }

    /**
     * Keeps values that have expired, apart and bounded like this cache, and gives them out when the load fails, takes too long,
     * or is refused.
     *
     * @param time for how long after it has expired a value may stand in
     * @return this builder
     * @throws IllegalArgumentException if {@code time} is zero or negative
     */
    public ValueCacheBuilder<K, V> staleIfError(Duration time) {
        this.staleNanos = Arguments.positiveNanos(time, "time");
        return this;
    }

    /**
     * Keeps values that have expired, apart and bounded like this cache, and gives them out without a load while this says so.
     * Without {@link #staleIfError} they are kept until their places are needed.
     *
     * @param isDegraded whether to spare what is loaded from; is asked on a miss, on the thread that asks. What it throws goes
     *     to that thread. Must not block
     * @return this builder
     */
    public ValueCacheBuilder<K, V> staleWhileDegraded(BooleanSupplier isDegraded) {
        this.degraded = Objects.requireNonNull(isDegraded, "isDegraded");
        return this;
    }

    /**
     * Evicts what was not asked for for longest, exactly, in place of W-TinyLFU. For tests that need to know what goes, and for
     * loads that are known to favour it; else it keeps less of what is asked for. Uses Guava's cache with a single lock for
     * writes. Has a time to live for all, but none for single values, no jitter, no refresh, and keeps no expired values.
     *
     * @return this builder
     */
    public ValueCacheBuilder<K, V> exactLru() {
        this.exactLru = true;
        return this;
    }

    /**
     * Counts hits, for {@link ValueCache#stats()}: a few nanoseconds for each.
     *
     * @return this builder
     */
    public ValueCacheBuilder<K, V> recordHits() {
        this.recordHits = true;
        return this;
    }

    /**
     * Says how large a key and its value are at most, for {@link ValueCache#worstCaseBytes()}.
     *
     * @param bytes 1 or more
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public ValueCacheBuilder<K, V> bytesPerEntry(long bytes) {
        this.bytesPerEntry = checkPositive("bytesPerEntry", bytes);
        return this;
    }

    /**
     * Sets how long a load may take; then it is interrupted, and fails for all who wait.
     *
     * @param timeout positive; 30 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is zero or negative
     */
    public ValueCacheBuilder<K, V> loadTimeout(Duration timeout) {
        this.loadTimeoutNanos = Arguments.positiveNanos(timeout, "timeout");
        return this;
    }

    /**
     * Sets how many loads may go on at once. Who needs one more waits for a place, in order of arrival, for as long as a load
     * may take.
     *
     * @param loads 1 or more; 100 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code loads} is less than 1
     */
    public ValueCacheBuilder<K, V> maxInFlight(int loads) {
        this.maxInFlight = (int) checkPositive("maxInFlight", loads);
        return this;
    }

    /**
     * Sets what keeps useless loads away.
     *
     * @param defending for this cache alone
     * @return this builder
     */
    public ValueCacheBuilder<K, V> defence(LoadDefence<? super K> defending) {
        this.defence = Objects.requireNonNull(defending, "defending");
        return this;
    }

    /**
     * Sets where loaders run, in place of threads that the cache starts when it needs them.
     *
     * @param runs is not shut down by the cache
     * @return this builder
     */
    public ValueCacheBuilder<K, V> executor(Executor runs) {
        this.executor = Objects.requireNonNull(runs, "runs");
        return this;
    }

    /**
     * Makes the cache.
     *
     * @return the cache; close it
     * @throws IllegalArgumentException if options contradict each other; the message names both
     */
    public ValueCache<K, V> build() {
        return new BoundedValueCache<>(settings());
    }

    ValueSettings<K, V> settings() {
        boolean timed = lifeNanos > 0;
        boolean expires = timed || entryTimeToLive;
        boolean stale = staleNanos > 0 || degraded != null;
        check(refreshNanos == 0 || loader != null, "refreshAfter needs a loader, and there is none");
        check(
                refreshNanos == 0 || !timed || refreshNanos < lifeNanos,
                "refreshAfter (" + Duration.ofNanos(refreshNanos) + ") must be less than the time to live ("
                        + Duration.ofNanos(lifeNanos) + "), or nothing is refreshed");
        check(expires || !stale, "staleIfError and staleWhileDegraded need a time to live: without it nothing expires");
        check(expires || !jitterSet || jitter == 0, "jitter (" + jitter + ") needs a time to live to vary");
        check(
                bytesPerEntry == 0 || weigher == null,
                "bytesPerEntry (" + bytesPerEntry + ") is for maximumSize; use maximumBytes in place of a weigher");
        if (exactLru) {
            check(!entryTimeToLive, "exactLru has no entryTimeToLive");
            check(!jitterSet || jitter == 0, "exactLru has no jitter (" + jitter + ")");
            check(refreshNanos == 0, "exactLru has no refreshAfter (" + Duration.ofNanos(refreshNanos) + ")");
            check(!stale, "exactLru has no staleIfError and no staleWhileDegraded");
        }
        return new ValueSettings<>(
                name,
                ticker,
                maximum,
                weigher,
                bytesPerEntry,
                weighsBytes,
                exactLru,
                expires,
                afterAccess,
                timed ? lifeNanos : Long.MAX_VALUE,
                exactLru || !expires ? 0 : jitter,
                jitterSeed,
                refreshNanos,
                staleNanos,
                degraded,
                recordHits,
                loader,
                loadTimeoutNanos,
                maxInFlight,
                defence,
                executor);
    }

    private void check(boolean right, String rule) {
        if (!right) {
            throw new IllegalArgumentException("cache '" + name + "': " + rule);
        }
    }
}
