package io.watertight.caches;

/** Says that a value was not there in time. Whoever waits longer may still get it. */
public final class LoadTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadTimeoutException(String message) {
        super(message);
    }

    /** The same for somebody else, who may add to it. */
    LoadTimeoutException(LoadTimeoutException same) {
        super(same.getMessage());
    }
}
