package io.watertight.caches;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What using a map allocates, to the byte. */
class MapAllocationTest {
    /** What a ConcurrentHashMap allocates for an entry. */
    private static final int NODE_BYTES = 32;
    /** What it allocates beside it to hold the place of an entry that a function makes. */
    private static final int PLACE_BYTES = 32;
    /** What is to be done, and what became of it. */
    private static final int CHANGE_BYTES = 40 + 16;

    private static final String KEY = "key";
    private static final String VALUE = "value";

    /** Escapes, so that nothing is removed. */
    static volatile Object sink;

    private static WatchedMap<String, String> watched(CeilingPolicy policy) {
        WatchedMap<String, String> map = WatchedMap.<String, String>builder("allocation")
                .ceiling(10, policy)
                .build();
        map.put("other", VALUE);
        return map;
    }

    @ParameterizedTest
    @EnumSource
    void readingAndReplacingAllocateNothing(CeilingPolicy policy) {
        WatchedMap<String, String> map = watched(policy);
        map.put(KEY, VALUE);

        Allocations.assertAllocatesNothing(() -> sink = map.get(KEY));
        Allocations.assertAllocatesNothing(() -> sink = map.put(KEY, VALUE));
        Allocations.assertAllocatesNothing(() -> sink = map.putIfAbsent(KEY, VALUE));
        Allocations.assertAllocatesNothing(() -> sink = map.computeIfAbsent(KEY, key -> VALUE));
    }

    @Test
    void addingToAMapThatReportsAllocatesTheEntryOnly() {
        WatchedMap<String, String> map = watched(CeilingPolicy.REPORT);

        Allocations.assertAllocatesAtMost(NODE_BYTES, AllocationMode.STEADY, () -> {
            sink = map.put(KEY, VALUE);
            sink = map.remove(KEY);
        });
    }

    @Test
    void addingToAMapThatRefusesAllocatesTheEntryAndTheChange() {
        WatchedMap<String, String> map = watched(CeilingPolicy.REFUSE);

        Allocations.assertAllocatesAtMost(NODE_BYTES + PLACE_BYTES + CHANGE_BYTES, AllocationMode.STEADY, () -> {
            sink = map.put(KEY, VALUE);
            sink = map.remove(KEY);
        });
    }

    @Test
    void readingABoundedMapAllocatesNothing() {
        BoundedMap<String, String> map =
                BoundedMap.<String, String>builder("allocation").maximumSize(10).build();
        map.put(KEY, VALUE);

        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> sink = map.get(KEY));
    }
}
