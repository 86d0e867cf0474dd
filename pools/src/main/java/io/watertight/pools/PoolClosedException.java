package io.watertight.pools;

/** Something was asked of a pool that is closed, or was closed while the caller waited. */
public final class PoolClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    PoolClosedException(String message) {
        super(message);
    }
}
