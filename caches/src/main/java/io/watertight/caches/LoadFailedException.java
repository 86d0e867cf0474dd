package io.watertight.caches;

import java.time.Duration;

/**
 * Says that the value of a key could not be loaded. The cause is what the {@link CacheLoader} threw, the same for all who
 * waited for that load, and for those who ask again before {@link #retryAfter()} has passed: until then the loader is not
 * called again for this key.
 */
public final class LoadFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For how long the loader will not be called again. */
    private final Duration retryAfter;

    LoadFailedException(String message, Throwable cause, Duration retryAfter) {
        super(message, cause);
        this.retryAfter = retryAfter;
    }

    /** The same for somebody else, who may add to it. */
    LoadFailedException(LoadFailedException same) {
        super(same.getMessage(), same.getCause());
        this.retryAfter = same.retryAfter;
    }

    /**
     * Says after what time the loader may be called again for this key.
     *
     * @return the time, counted from when this exception was made; zero if it may be called at once
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
