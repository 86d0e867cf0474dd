package io.watertight.pools;

/**
 * What to do with an object of a pool.
 *
 * @param <T> the object
 * @param <R> the result
 * @param <E> what it may throw
 */
@FunctionalInterface
public interface PoolFunction<T, R, E extends Exception> {
    /**
     * Uses the object, which is given back afterwards: it must not be kept.
     *
     * @param object an object of the pool
     * @return the result
     * @throws E goes on to the caller; the object is given back all the same
     */
    R apply(T object) throws E;
}
