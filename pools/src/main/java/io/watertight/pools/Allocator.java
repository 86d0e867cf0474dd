package io.watertight.pools;

/**
 * Makes the objects of a pool, checks them, and ends them.
 *
 * <p>A pool calls it on threads of its own, several at a time if its builder says so, and bounds each call by the {@linkplain
 * PoolBuilder#callTimeout(java.time.Duration) call timeout}: a call that takes longer is interrupted and given up, and what
 * it returns too late is destroyed.
 *
 * @param <T> the objects
 */
@FunctionalInterface
public interface Allocator<T> {
    /**
     * Makes an object.
     *
     * @return a new object that belongs to the pool alone
     * @throws Exception if none can be made now; the pool tries again after a while, for as long as somebody waits
     */
    T create() throws Exception;

    /**
     * Says whether an idle object can still be used. Called in the background only.
     *
     * @param object an object this allocator made, which nobody else uses now
     * @return false to have it destroyed
     * @throws Exception counts as false
     */
    default boolean isValid(T object) throws Exception {
        return true;
    }

    /**
     * Ends an object: by default closes it, if it can be closed.
     *
     * @param object an object this allocator made; nobody else will see it again
     * @throws Exception is reported; the object counts as destroyed all the same
     */
    default void destroy(T object) throws Exception {
        if (object instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
