package io.watertight.caches;

/**
 * Says that a value is not in the cache and is not loaded now, because too many others are: the loads in flight, the values
 * that are open, or the loads of the last second have reached their limit. Nothing is wrong with the key.
 */
public final class LoadRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadRefusedException(String message) {
        super(message);
    }
}
