package io.watertight.caches;

import org.jspecify.annotations.Nullable;

/**
 * Uses a value of a {@link LeasedCache} for the time of one call.
 *
 * @param <V> the value
 * @param <R> what comes of it
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface CacheFunction<V, R, E extends Exception> {
    /**
     * Uses the value.
     *
     * @param value the value, valid until this returns
     * @return the result
     * @throws E as it likes; it is passed on
     */
    @Nullable
    R apply(V value) throws E;
}
