package io.watertight.caches;

import java.time.Duration;

/**
 * The cache whose misses {@link Loads} sees to.
 *
 * @param <V> what loaders return
 * @param <E> what the map holds
 */
interface LoadHost<K, V, E> {
    /**
     * Makes an entry, held once, of what was loaded or put. If it throws, it has disposed of the value.
     *
     * @param timeToLiveNanos 0 for what the cache does for all
     */
    E adopt(K key, V value, long timeToLiveNanos);

    /** Holds an entry, which the caller holds, as many times more. */
    void holdMore(E entry, int times);

    /** Holds an entry from the map; false if that is over. */
    boolean tryHold(E entry);

    /** Gives back one hold of an entry. */
    void release(E entry);

    /** Disposes of an entry that the caller holds, and that nobody wants. */
    void discard(E entry);

    /** Takes a place for one more entry, if they are bounded. */
    void reserve(long timeoutNanos) throws InterruptedException;

    /** Gives back a place that no entry was made for. */
    void unreserve();

    /** Returns nanoseconds, or says why there cannot be such a time. */
    long checkTimeToLive(Duration timeToLive);
}
