package io.watertight.caches;

/**
 * A value in a {@link ValueCache}, with what was found out about it before it went in: what the map calls later only reads
 * these fields, and cannot throw.
 */
final class Stored<V> implements EntryExpiry.Timed {
    final V value;
    final int weight;

    /** How long it is kept after it was written, or last read; {@link Long#MAX_VALUE} if for ever. */
    private final long lifeNanos;

    Stored(V value, int weight, long lifeNanos) {
        this.value = value;
        this.weight = weight;
        this.lifeNanos = lifeNanos;
    }

    @Override
    public long lifeNanos() {
        return lifeNanos;
    }
}
