package io.watertight.guards;

/** Thrown by {@link Guard#close()} when the cleanup threw a checked exception, which is the cause. */
public final class CloseFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CloseFailedException(String message, Exception cause) {
        super(message, cause);
    }
}
