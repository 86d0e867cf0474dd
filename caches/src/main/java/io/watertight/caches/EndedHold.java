package io.watertight.caches;

import io.watertight.guards.TrackingLevel;

/** What the ended leases of a cache stand on. */
final class EndedHold<V> extends Hold<V> {
    private final LeasedCore<?, V> core;

    EndedHold(LeasedCore<?, V> core) {
        this.core = core;
    }

    @Override
    V value() {
        throw closed("it cannot be used any more: close it only after the last use of its value");
    }

    /** Leases are closed once. */
    @Override
    void release() {
        core.counters.redundantCloses.incrementAndGet();
        if (core.books.level() == TrackingLevel.STRICT) {
            throw closed("it was closed before");
        }
    }

    @Override
    V detach() {
        throw closed("there is nothing to detach");
    }

    @Override
    EndedHold<V> ended() {
        return this;
    }

    @Override
    void detached() {
        throw new AssertionError("nothing was detached");
    }

    private IllegalStateException closed(String consequence) {
        return new IllegalStateException("lease of cache '" + core.settings.name() + "' is closed; " + consequence);
    }
}
