package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** A channel was closed, cancelled, or left by everybody at its other end. */
public final class ChannelClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    ChannelClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
