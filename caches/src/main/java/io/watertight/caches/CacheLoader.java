package io.watertight.caches;

import org.jspecify.annotations.Nullable;

/**
 * Makes the value of a key that is missing in a cache.
 *
 * <p>Is called on a thread of the cache, or of the executor it was given, never while a lock is held, and by one thread at a
 * time for each key. Must be thread-safe. That thread is interrupted when the load takes too long, and when nobody waits for
 * it any more.
 *
 * @param <K> the keys
 * @param <V> the values
 */
@FunctionalInterface
public interface CacheLoader<K, V> {
    /**
     * Loads a value. If the values are closeable, the cache owns what is returned, also if nobody wants it any more.
     *
     * @param key the key
     * @param load this load: how much time is left, whether it was cancelled, and what else is to be said of the value
     * @return the value; null if there is none
     * @throws Exception if that cannot be found out; it is given to everybody who waits
     */
    @Nullable
    V load(K key, CacheLoad load) throws Exception;
}
