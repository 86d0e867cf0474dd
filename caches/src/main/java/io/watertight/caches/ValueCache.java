package io.watertight.caches;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bounded cache of plain values: objects that need no close.
 *
 * <p>It is a thin face over Caffeine, which evicts by W-TinyLFU: beyond the bound it keeps what is asked for often, and so is not
 * emptied by a scan, as an order of use alone (LRU) is. That order, exactly, is to be had by name, {@link
 * ValueCacheBuilder#exactLru()}. What this adds: there is no cache without a bound; a value is loaded once for all who miss it, on a
 * thread that holds no lock, within a time, and no longer than somebody waits for it; times to live vary by key, so that what was
 * loaded together does not expire together; an expired value can stand in when no new one is to be had; a {@link LoadDefence}.
 *
 * <p>Values that are {@link AutoCloseable} are refused: this would never close them. They belong into a leased cache.
 *
 * <p>Thread-safe. Keys and values are not null. A method that finds its value in the cache does not block and allocates nothing;
 * {@code get} of a value that is missing waits for its load, and can be interrupted. No code of the user is called under a
 * lock, save {@code equals} and {@code hashCode} of keys.
 *
 * <p>A load that began before a put or an invalidation of its key does not replace what came after it; those who waited for it
 * still get what it found.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public interface ValueCache<K, V> extends AutoCloseable {
    /**
     * Starts to describe a cache, as in {@code ValueCache.<String, Price>builder("prices")}.
     *
     * @param name how messages and threads name it
     * @param <K> the keys
     * @param <V> the values
     * @return the first step: the bound
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static <K, V> ValueCacheBuilder.BoundStep<K, V> builder(String name) {
        return new ValueCacheBuilder.BoundStep<>(name);
    }

    /**
     * Returns a value if it is there, and does not load it. Never blocks.
     *
     * @param key the key
     * @return the value; null if it is not there, has expired, or is just being loaded
     */
    @Nullable
    V getIfPresent(K key);

    /**
     * Returns a value, loaded by the loader of this cache if it is missing.
     *
     * @param key the key
     * @return the value; null if the loader, or the {@link LoadDefence}, says that there is none
     * @throws LoadFailedException if the loader failed, just now or so recently that it is not asked again; or if the value
     *     it returned was refused
     * @throws LoadTimeoutException if the load took too long
     * @throws LoadRefusedException if too many loads are in flight, or have begun
     * @throws CacheClosedException if the value is missing and the cache is closed
     * @throws IllegalStateException if this cache was built without a loader, or a loader waits for its own key
     * @throws InterruptedException if this thread is interrupted while it waits; the load goes on if others wait for it
     */
    @Nullable
    V get(K key) throws InterruptedException;

    /**
     * Returns a value, loaded by a loader of the caller if it is missing. If it is being loaded already, that load is waited for
     * instead.
     *
     * @param key the key
     * @param loader is called on another thread
     * @return the value; null if the loader, or the {@link LoadDefence}, says that there is none
     * @throws LoadFailedException as {@link #get(Object)}
     * @throws LoadTimeoutException as {@link #get(Object)}
     * @throws LoadRefusedException as {@link #get(Object)}
     * @throws CacheClosedException as {@link #get(Object)}
     * @throws InterruptedException as {@link #get(Object)}
     */
    @Nullable
    V get(K key, CacheLoader<? super K, ? extends V> loader) throws InterruptedException;

    /**
     * Puts a value, in place of one that may be there. Never blocks.
     *
     * @param key the key
     * @param value the value
     * @throws IllegalArgumentException if {@code value} is {@link AutoCloseable}
     * @throws IllegalStateException if the weigher fails or says less than 1; then nothing was changed
     * @throws CacheClosedException if this cache is closed
     */
    void put(K key, V value);

    /**
     * Puts a value with a time to live of its own, which is varied like that of all. Never blocks.
     *
     * @param key the key
     * @param value the value
     * @param timeToLive positive
     * @throws IllegalArgumentException if {@code value} is {@link AutoCloseable}, or {@code timeToLive} not positive
     * @throws IllegalStateException if the weigher fails or says less than 1, or this cache was built without any time to live;
     *     then nothing was changed
     * @throws CacheClosedException if this cache is closed
     */
    void put(K key, V value, Duration timeToLive);

    /**
     * Removes a value, and whatever is remembered of its key. Never blocks.
     *
     * @param key the key
     */
    void invalidate(K key);

    /** Removes all values, and whatever is remembered of any key. Does not wait for loads; what they find is not kept. */
    void invalidateAll();

    /**
     * Returns the keys of the values that are there.
     *
     * @return a copy; it is not a moment's picture if others change the cache meanwhile
     */
    Set<K> keys();

    /**
     * Says how many values there are, after what is due has been evicted.
     *
     * @return an estimate while others change the cache; loads that go on may be counted
     */
    long size();

    /**
     * Evicts a part of what there is, those values first that the policy thinks least of; of an {@link
     * ValueCacheBuilder#exactLru() exact LRU}, any. Blocks for as long as that takes.
     *
     * @param fraction 0 to 1
     * @return how many values went
     * @throws IllegalArgumentException if {@code fraction} is out of range
     */
    long trim(double fraction);

    /**
     * Says how much heap this cache can fill, with what it keeps of expired values. That of an entry's structure is an
     * estimate (200 bytes, with compressed references); that of keys and values is what the builder was told.
     *
     * @return bytes; empty if the builder was told neither {@link ValueCacheBuilder#bytesPerEntry} nor a bound in bytes
     */
    OptionalLong worstCaseBytes();

    /**
     * Returns the numbers of this cache.
     *
     * @return the numbers
     */
    ValueCacheStats stats();

    /**
     * Returns the name.
     *
     * @return the name
     */
    String name();

    /**
     * Cancels the loads, removes all values, and refuses to load or put any from then on. Does not wait for loaders that ignore
     * their interrupt. A second call has no effect. A cache that is dropped without a close leaks nothing: its threads end when
     * they have had nothing to load for a few seconds.
     */
    @Override
    void close();
}
