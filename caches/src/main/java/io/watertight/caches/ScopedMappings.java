package io.watertight.caches;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import java.util.concurrent.ConcurrentMap;

/** Mappings that end with a guard. One type for all maps: a type for each map would outlive the map. */
final class ScopedMappings {
    /** How reports name what was dropped. */
    static final String TYPE = "scoped mapping";

    private static final LeakDetector DETECTOR = LeakDetector.of(TYPE);

    private ScopedMappings() {}

    /** Guards a mapping that was just put. */
    @MustBeClosed
    static <K, V> Guard<V> guard(ConcurrentMap<K, V> map, K key, V value) {
        return DETECTOR.open(value, mine -> remove(map, key, mine));
    }

    /** Removes this value, and no equal one. */
    @SuppressWarnings("ReferenceEquality") // the mapping of this very call
    static <K, V> void remove(ConcurrentMap<K, V> map, K key, V mine) {
        map.computeIfPresent(key, (same, present) -> present == mine ? null : present);
    }
}
