package io.watertight.caches;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.TrackingLevel;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of values that must be closed: each is closed exactly once, after its last user, and no later.
 *
 * <p>A value is used under a lease. When the cache drops it, because others are used more, its time is up, or it was replaced or
 * invalidated, it is closed as soon as nobody leases it any more, on a thread of the cache. So is what a loader returns after
 * nobody waits for it any more, what a weigher refuses, and everything else on {@link #close()}.
 *
 * <p>Missing values are loaded by one thread for each key, while the others wait for it: not under a lock of the map, within a
 * time limit, in bounded number, and cancelled when nobody waits any more. A load that fails does so for all who wait, at once,
 * and is not tried again before a pause that grows with each failure (see {@link LoadDefence}).
 *
 * <p>Three numbers are bounded: the values in the cache, those that are open, and the loads in flight. Which values stay is decided
 * by Caffeine, by how recently and how often they were used (W-TinyLFU).
 *
 * <p>Leases that are dropped unclosed are found where they were sampled, and reported with the place where they were acquired; all
 * of them keep their value open, which is reported once the cache has dropped it ({@link LeasedCacheBuilder#overdueAfter}). A cache
 * that is dropped unclosed is reported, too, and its values are closed.
 *
 * <p>Keys must have {@code equals} and {@code hashCode} that do not block. An instance must not be put under two keys. Thread-safe.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public interface LeasedCache<K, V> extends AutoCloseable {
    /**
     * Starts to describe a cache, as in {@code LeasedCache.<Path, FileChannel>builder("segments").maximumSize(100)}.
     *
     * @param name how reports and threads name it
     * @param <K> the keys
     * @param <V> the values
     * @return the first step, which sets the bound
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static <K, V> LeasedCacheBuilder.BoundStep<K, V> builder(String name) {
        return new LeasedCacheBuilder.BoundStep<>(Arguments.name(name, "cache"));
    }

    /**
     * Leases the value of a key, and loads it if it is not there, waiting for that as long as a load may take.
     *
     * @param key the key
     * @return the lease; null if the loader says that there is no value
     * @throws InterruptedException if the calling thread is interrupted while it waits; the value is not lost if others want it
     * @throws LoadFailedException if the load failed, now or a short time before
     * @throws LoadTimeoutException if the load took too long
     * @throws LoadRefusedException if there are too many loads in flight, too many open values, or too many loads a second
     * @throws CacheClosedException if this cache is closed
     * @throws IllegalStateException if this cache has no loader, or if its loader asks for the key that it loads
     */
    @MustBeClosed
    @Nullable
    CacheLease<V> acquire(K key) throws InterruptedException;

    /**
     * Leases the value of a key, and loads it if it is not there, waiting for that a limited time.
     *
     * @param key the key
     * @param timeout how long to wait, zero or more; the load goes on if others still wait for it
     * @return the lease; null if the loader says that there is no value
     * @throws InterruptedException as {@link #acquire(Object)}, like all other exceptions
     * @throws LoadTimeoutException if the value was not there in time
     */
    @MustBeClosed
    @Nullable
    CacheLease<V> acquire(K key, Duration timeout) throws InterruptedException;

    /**
     * Leases the value of a key, and loads it in a way of its own if it is not there.
     *
     * @param key the key
     * @param loader loads it, unless somebody else does already
     * @return the lease; null if there is no value
     * @throws InterruptedException as {@link #acquire(Object)}, like all other exceptions
     */
    @MustBeClosed
    @Nullable
    CacheLease<V> acquire(K key, CacheLoader<? super K, ? extends V> loader) throws InterruptedException;

    /**
     * Leases the value of a key if it is there. Never waits.
     *
     * @param key the key
     * @return the lease; null if the value is not there now
     * @throws CacheClosedException if this cache is closed
     */
    @MustBeClosed
    @Nullable
    CacheLease<V> acquireIfPresent(K key);

    /**
     * Uses the value of a key for the time of one call, loading it if it is not there. Allocates nothing if it is.
     *
     * @param key the key
     * @param use uses the value
     * @param <R> the result
     * @param <E> what {@code use} throws
     * @return what {@code use} returned; null if there is no value
     * @throws E what {@code use} threw
     * @throws InterruptedException as {@link #acquire(Object)}, like all other exceptions
     */
    <R, E extends Exception> @Nullable R with(K key, CacheFunction<? super V, ? extends R, E> use)
            throws E, InterruptedException;

    /**
     * Puts a value, which this cache owns from the call on: if it cannot be put, it is closed before the exception is thrown. The
     * one that was there is dropped. Putting the very same value again while it is there has no effect; once it was dropped, it is not
     * to be put again.
     *
     * @param key the key
     * @param value the value; not under another key as well
     * @throws InterruptedException if the calling thread is interrupted while it waits for another value to be closed
     * @throws LoadRefusedException if too many values are open
     * @throws CacheClosedException if this cache is closed
     */
    void put(K key, V value) throws InterruptedException;

    /**
     * Puts a value unless there is one, or one is being loaded.
     *
     * @param key the key
     * @param value the value
     * @return whether it was put, and is this cache's; if not, or if an exception is thrown, it stays the caller's
     * @throws InterruptedException as {@link #put}, like all other exceptions
     */
    boolean putIfAbsent(K key, V value) throws InterruptedException;

    /**
     * Drops the value of a key. Who leases it goes on to use it; what is being loaded for it now is given to those who wait, and
     * then dropped. A remembered failure or absence is forgotten.
     *
     * @param key the key
     */
    void invalidate(K key);

    /** Drops all values, as {@link #invalidate}. */
    void invalidateAll();

    /**
     * Returns the keys whose values are there, as a copy.
     *
     * @return the keys
     */
    Set<K> keys();

    /**
     * Drops a share of the values, those that are used least first.
     *
     * @param fraction of the values, 0 to 1
     * @return how many were dropped
     * @throws IllegalArgumentException if {@code fraction} is not from 0 to 1
     */
    int trim(double fraction);

    /**
     * Returns how many bytes the values of this cache may have at the most, all that may be open included, as far as their size
     * is known ({@link LeasedCacheBuilder#bytesPerValue}).
     *
     * @return bytes; empty if nobody has said how large a value is
     */
    OptionalLong worstCaseBytes();

    /**
     * Returns counts of what is and was.
     *
     * @return the counts
     */
    LeasedCacheStats stats();

    /**
     * Sets how leases are tracked from now on.
     *
     * @param level the level
     */
    void level(TrackingLevel level);

    /**
     * Returns the name.
     *
     * @return the name
     */
    String name();

    /**
     * Closes this cache and waits until all values are closed, but no longer than it was built to wait. Idempotent; of several
     * callers all wait. Interrupted, it does not wait any longer, and the thread stays interrupted.
     */
    @Override
    void close();

    /**
     * Closes this cache: from here on nothing can be taken from it or put into it, loads are cancelled, and values that nobody leases
     * are closed. Then waits until the others are given back and closed. What is leased after the deadline is left to the
     * {@link LeftoverPolicy}.
     *
     * @param deadline how long to wait, zero or more
     * @return what was left
     * @throws InterruptedException if the calling thread is interrupted while it waits; this cache is closed nevertheless, and what
     *     is leased is left to the policy
     */
    CacheCloseReport close(Duration deadline) throws InterruptedException;
}
