package io.watertight.pools;

/**
 * Memory of a {@link BufferPool} was written by somebody after it had been given back: the cause in a report of {@link
 * io.watertight.guards.Evidence#CLOSE_FAILED}. It is never thrown, because who finds it did not do it.
 */
public final class WriteAfterReleaseException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    WriteAfterReleaseException(String message) {
        super(message);
    }
}
