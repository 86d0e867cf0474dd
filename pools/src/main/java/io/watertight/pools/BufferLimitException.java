package io.watertight.pools;

/** A {@link BufferPool} or a {@link BumpArena} has no room left within its bound; the message says what fills it. */
public final class BufferLimitException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    BufferLimitException(String message) {
        super(message);
    }
}
