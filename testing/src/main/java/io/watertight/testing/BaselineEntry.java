package io.watertight.testing;

import java.util.Comparator;
import java.util.List;

/**
 * One line of a baseline file.
 *
 * @param key what was measured, and with which layout of objects
 * @param bytes bytes per operation
 * @param tolerance how many bytes more are not yet a change
 * @param comments the comment lines above it
 */
record BaselineEntry(Key key, double bytes, double tolerance, List<String> comments) {
    /** Sorts by name, then by layout. */
    record Key(String name, String layout) implements Comparable<Key> {
        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::name).thenComparing(Key::layout);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    BaselineEntry {
        comments = List.copyOf(comments);
    }

    String line() {
        return key.name + "\t" + key.layout + "\t" + AllocationResult.number(bytes) + "\t"
                + AllocationResult.number(tolerance);
    }
}
