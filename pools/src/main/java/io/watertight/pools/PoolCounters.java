package io.watertight.pools;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** Counts of what happens rarely; leases are counted by the generations of their slots. */
final class PoolCounters {
    final AtomicLong created = new AtomicLong();
    final AtomicLong createFailures = new AtomicLong();
    final AtomicLong timeouts = new AtomicLong();
    final AtomicLong leaked = new AtomicLong();
    final AtomicLong abandoned = new AtomicLong();
    final AtomicLong overdue = new AtomicLong();
    final AtomicLong redundantCloses = new AtomicLong();
    final AtomicLong detached = new AtomicLong();
    private final Map<DestroyReason, AtomicLong> destroyed = new EnumMap<>(DestroyReason.class);

    PoolCounters() {
        for (DestroyReason reason : DestroyReason.values()) {
            destroyed.put(reason, new AtomicLong()); // the map does not change after this
        }
    }

    void destroyed(DestroyReason reason) {
        Objects.requireNonNull(destroyed.get(reason)).incrementAndGet();
    }

    Map<DestroyReason, Long> destroyed() {
        Map<DestroyReason, Long> counts = new EnumMap<>(DestroyReason.class);
        destroyed.forEach((reason, count) -> counts.put(reason, count.get()));
        return counts;
    }
}
