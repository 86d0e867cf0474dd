package io.watertight.pools;

/** A call of an {@link Allocator} did not return within the call timeout. */
public final class AllocatorTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    AllocatorTimeoutException(String message) {
        super(message);
    }
}
