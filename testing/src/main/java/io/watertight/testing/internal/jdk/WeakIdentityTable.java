package io.watertight.testing.internal.jdk;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by the identity of objects that it does not keep alive. An entry of an object that was collected goes with the
 * next call of {@link #takeCollected()}. Thread-safe; nothing blocks for long.
 *
 * @param <V> the values; they must not reach their object
 */
final class WeakIdentityTable<V> {
    private final ConcurrentMap<Key, Entry<V>> entries = new ConcurrentHashMap<>();
    private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

    /** What entries and those who look for one have in common. */
    private sealed interface Key permits Entry, Search {
        boolean isFor(Object object);
    }

    private static final class Entry<V> extends WeakReference<Object> implements Key {
        private final int hash;
        /** Changed inside {@link ConcurrentMap#computeIfPresent}, read after that or after the removal. */
        private @Nullable V value;

        Entry(Object object, @Nullable V value, ReferenceQueue<Object> queue) {
            super(object, queue);
            this.hash = System.identityHashCode(object);
            this.value = value;
        }

        @Override
        public boolean isFor(Object object) {
            return refersTo(object);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Object mine = get();
            return mine != null && other instanceof Key key && key.isFor(mine);
        }
    }

    /** Holds its object, for as long as it takes to find the entry. */
    private record Search(Object object) implements Key {
        @Override
        public boolean isFor(Object other) {
            return object == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(object);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.isFor(object);
        }
    }

    /** Adds an entry unless there is one; says whether it did. */
    boolean putIfAbsent(Object object, @Nullable V value) {
        Entry<V> entry = new Entry<>(object, value, collected);
        return entries.putIfAbsent(entry, entry) == null;
    }

    /** Gives an entry a value; false, without an effect, if there is no entry, or none without a value. */
    boolean setIfUnset(Object object, V value) {
        boolean[] set = new boolean[1];
        entries.computeIfPresent(new Search(object), (key, entry) -> {
            set[0] = entry.value == null;
            if (set[0]) {
                entry.value = value;
            }
            return entry;
        });
        return set[0];
    }

    boolean contains(Object object) {
        return entries.containsKey(new Search(object));
    }

    /** Takes an entry out; returns its value, if it had one. */
    @Nullable
    V remove(Object object) {
        Entry<V> entry = entries.remove(new Search(object));
        return entry == null ? null : entry.value;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Takes out the entries of objects that the collector has found; returns their values. */
    List<V> takeCollected() {
        List<V> values = List.of();
        for (Object found = collected.poll(); found != null; found = collected.poll()) {
            @SuppressWarnings("unchecked") // only entries are made with this queue
            Entry<V> entry = (Entry<V>) found;
            if (entries.remove(entry) != null && entry.value != null) {
                values = values.isEmpty() ? new ArrayList<>() : values;
                values.add(entry.value);
            }
        }
        return values;
    }

    /** Takes everything out. */
    List<V> takeAll() {
        List<V> values = new ArrayList<>();
        for (Key key : entries.keySet()) {
            Entry<V> entry = entries.remove(key);
            if (entry != null && entry.value != null) {
                values.add(entry.value);
            }
        }
        return values;
    }
}
