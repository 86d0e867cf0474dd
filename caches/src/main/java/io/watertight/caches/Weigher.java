package io.watertight.caches;

/**
 * Says how much of a cache's bound a value takes.
 *
 * @param <K> the keys
 * @param <V> the values
 */
@FunctionalInterface
public interface Weigher<K, V> {
    /**
     * Weighs a value, once, before it goes in. What it throws is thrown to who puts the value, or waits for its load; the
     * cache stays as it was.
     *
     * @param key the key
     * @param value the value
     * @return 1 or more
     */
    int weigh(K key, V value);
}
