package io.watertight.caches;

import java.util.AbstractCollection;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The collection views of a map whose entries another one holds: they walk the entries there, and remove and replace through
 * the map, which counts and checks. Stateless beside the two maps.
 */
final class MapViews<K, V> {
    private static final int KIND = Spliterator.CONCURRENT | Spliterator.NONNULL;

    private final ConcurrentMap<K, V> map;
    private final ConcurrentMap<K, V> held;
    private final Set<K> keys = new Keys();
    private final Collection<V> values = new Values();
    private final Set<Entry<K, V>> entries = new Entries();

    /** Views of a map whose entries are held by another. */
    MapViews(ConcurrentMap<K, V> map, ConcurrentMap<K, V> held) {
        this.map = map;
        this.held = held;
    }

    Set<K> keys() {
        return keys;
    }

    Collection<V> values() {
        return values;
    }

    Set<Entry<K, V>> entries() {
        return entries;
    }

    /** Walks what is held; what is removed is removed from the map, whatever its value is by then. */
    private <T> Iterator<T> iterator(Function<Entry<K, V>, T> view) {
        Iterator<Entry<K, V>> walk = held.entrySet().iterator();
        return new Iterator<>() {
            private @Nullable K last;

            @Override
            public boolean hasNext() {
                return walk.hasNext();
            }

            @Override
            public T next() {
                Entry<K, V> entry = walk.next();
                last = entry.getKey();
                return view.apply(entry);
            }

            @Override
            public void remove() {
                K key = last;
                if (key == null) {
                    throw new IllegalStateException("remove() must follow next(), once");
                }
                last = null;
                map.remove(key);
            }
        };
    }

    /** Removes the mappings that are still as they were when the condition was asked. */
    private boolean removeMappingsIf(Predicate<? super Entry<K, V>> condition) {
        boolean any = false;
        for (Entry<K, V> entry : held.entrySet()) {
            K key = entry.getKey();
            V value = entry.getValue();
            if (condition.test(Map.entry(key, value))) {
                any |= map.remove(key, value);
            }
        }
        return any;
    }

    private final class Keys extends AbstractSet<K> {
        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean isEmpty() {
            return map.isEmpty();
        }

        @Override
        @SuppressWarnings("SuspiciousMethodCalls")
        public boolean contains(Object key) {
            return map.containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return map.remove(key) != null;
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(others::contains); // the inherited one would, depending on sizes, walk the others
        }

        @Override
        public void clear() {
            map.clear();
        }

        @Override
        public Iterator<K> iterator() {
            return MapViews.this.iterator(Entry::getKey);
        }

        @Override
        public Spliterator<K> spliterator() {
            return Spliterators.spliteratorUnknownSize(iterator(), KIND | Spliterator.DISTINCT);
        }
    }

    private final class Values extends AbstractCollection<V> {
        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean isEmpty() {
            return map.isEmpty();
        }

        @Override
        public boolean contains(Object value) {
            return map.containsValue(value);
        }

        @Override
        public boolean removeIf(Predicate<? super V> condition) {
            Objects.requireNonNull(condition, "condition");
            return removeMappingsIf(entry -> condition.test(entry.getValue()));
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(value -> !others.contains(value));
        }

        @Override
        public void clear() {
            map.clear();
        }

        @Override
        public Iterator<V> iterator() {
            return MapViews.this.iterator(Entry::getValue);
        }

        @Override
        public Spliterator<V> spliterator() {
            return Spliterators.spliteratorUnknownSize(iterator(), KIND);
        }
    }

    private final class Entries extends AbstractSet<Entry<K, V>> {
        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean isEmpty() {
            return map.isEmpty();
        }

        @Override
        public boolean contains(Object candidate) {
            return held.entrySet().contains(candidate);
        }

        @Override
        public boolean remove(Object candidate) {
            return candidate instanceof Entry<?, ?> entry
                    && entry.getKey() != null
                    && entry.getValue() != null
                    && map.remove(entry.getKey(), entry.getValue());
        }

        @Override
        public boolean removeIf(Predicate<? super Entry<K, V>> condition) {
            Objects.requireNonNull(condition, "condition");
            return removeMappingsIf(condition);
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return removeIf(entry -> !others.contains(entry));
        }

        @Override
        public void clear() {
            map.clear();
        }

        @Override
        public Iterator<Entry<K, V>> iterator() {
            return MapViews.this.iterator(entry -> new Written<>(map, entry.getKey(), entry.getValue()));
        }

        @Override
        public Spliterator<Entry<K, V>> spliterator() {
            return Spliterators.spliteratorUnknownSize(iterator(), KIND | Spliterator.DISTINCT);
        }
    }

    /** An entry as it was when it was walked over, whose value can be replaced in the map. */
    private static final class Written<K, V> implements Entry<K, V> {
        private final ConcurrentMap<K, V> map;
        private final K key;
        private V value;

        Written(ConcurrentMap<K, V> map, K key, V value) {
            this.map = map;
            this.key = key;
            this.value = value;
        }

        @Override
        public K getKey() {
            return key;
        }

        @Override
        public V getValue() {
            return value;
        }

        @Override
        public V setValue(V after) {
            map.replace(key, after);
            V before = value;
            value = after;
            return before;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Entry<?, ?> entry && key.equals(entry.getKey()) && value.equals(entry.getValue());
        }

        @Override
        public int hashCode() {
            return key.hashCode() ^ value.hashCode();
        }

        @Override
        public String toString() {
            return key + "=" + value;
        }
    }
}
