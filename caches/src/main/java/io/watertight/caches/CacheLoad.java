package io.watertight.caches;

import java.time.Duration;

/** A load that a {@link CacheLoader} does, as it sees it. Thread-safe; no method blocks. */
public interface CacheLoad {
    /**
     * Says whether the result is still wanted.
     *
     * @return true once the load took too long, nobody waited for it any more, or the cache was closed
     */
    boolean isCancelled();

    /**
     * Returns how much time is left until the load is cancelled.
     *
     * @return zero or more
     */
    Duration remaining();

    /**
     * Closes something when this load is cancelled, at once if it already was: for what an interrupt does not wake, as a
     * thread that reads from a socket. What it throws is ignored.
     *
     * @param resource what the loader waits for
     */
    void closeOnCancel(AutoCloseable resource);

    /**
     * Says for how long the value is to be kept, in place of what the cache does for all. Where the cache varies the time
     * of all, this is varied, too.
     *
     * @param timeToLive more than zero
     * @throws IllegalArgumentException if {@code timeToLive} is not more than zero
     */
    void timeToLive(Duration timeToLive);
}
