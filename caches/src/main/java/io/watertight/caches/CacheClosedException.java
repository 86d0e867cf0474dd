package io.watertight.caches;

/** Says that a cache is closed, and that nothing can be taken from it or put into it. */
public final class CacheClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    CacheClosedException(String message) {
        super(message);
    }
}
