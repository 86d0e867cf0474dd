package io.watertight.caches;

/** Says that a {@link WatchedMap} has as many entries as its ceiling allows, and does not take another. It is unchanged. */
public final class MapFullException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    MapFullException(String message) {
        super(message);
    }
}
