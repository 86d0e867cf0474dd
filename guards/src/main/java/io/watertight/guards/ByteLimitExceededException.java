package io.watertight.guards;

import java.io.IOException;

/** Thrown when a stream holds more bytes than its guard allows. */
public final class ByteLimitExceededException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The most bytes the stream may give. */
    private final long limit;

    ByteLimitExceededException(long limit) {
        super("stream has more than the " + limit + " bytes its guard allows; raise the limit or refuse the sender");
        this.limit = limit;
    }

    /**
     * Returns the limit that was exceeded.
     *
     * @return the most bytes the stream may give
     */
    public long limit() {
        return limit;
    }
}
