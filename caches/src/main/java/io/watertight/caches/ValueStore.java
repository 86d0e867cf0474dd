package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import java.util.Set;

/** The map of a {@link ValueCache}: it decides what to evict. Thread-safe. */
interface ValueStore<K, V> {
    AsyncCache<K, Stored<V>> map();

    void put(K key, Stored<V> stored);

    /** Says how many values there are, when all that is due has been evicted. */
    long size();

    Set<K> keys();

    /** Evicts a part of what there is; returns how many entries. */
    long trim(double fraction);

    long evictedForSize();

    long expired();
}
