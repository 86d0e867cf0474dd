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
     * Weighs a value, once, before it goes in. If it throws, or returns less than 1, who puts the value gets an
     * {@link IllegalStateException}, and who waits for its load a {@link LoadFailedException} with that as the cause; what was
     * there stays as it was.
     *
     * @param key the key
     * @param value the value
     * @return 1 or more
     */
    int weigh(K key, V value);
}
