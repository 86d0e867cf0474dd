package io.watertight.caches;

import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A {@link ConcurrentHashMap} whose entries are counted. */
final class WatchedHashMap<K, V> extends HeldMap<K, V> implements WatchedMap<K, V> {
    /*
     * Reads go to `held` and nowhere else. Each entry of `held` has a place in `places`:
     *
     * adds, REFUSE    place taken under the lock of the bin, by the function that found the key absent; then the entry is put.
     *                 If the function throws, or gives nothing, the place goes back, still under the lock.
     * adds, REPORT    put first and counted afterwards where one call does it: nothing depends on the order.
     * removals        the entry is removed, then its place goes back, outside the lock. So places >= entries at every moment.
     * replacements    no place.
     *
     * The linearisation point is that of the held map; that of a refusal is the look at the places, while the bin is locked and
     * the key absent. Locks: the bin's; user code runs under it as in ConcurrentHashMap. Reports are made without it.
     *
     * An Error of the held map itself, which it can throw when it grows or counts without memory, may leave the entry put or
     * not; whether the place goes back is decided by a look.
     */
    private final ConcurrentHashMap<K, V> held;
    private final Places places;
    private final CeilingReports reports;
    private final @Nullable KeyProfile<? super K> profile;

    WatchedHashMap(WatchedMapBuilder<K, V> builder) {
        this(builder, new ConcurrentHashMap<>());
    }

    private WatchedHashMap(WatchedMapBuilder<K, V> builder, ConcurrentHashMap<K, V> held) {
        super(held, new MapRules("watched map '" + builder.name + "'", false));
        this.held = held;
        this.places = new Places(builder.policy == CeilingPolicy.REFUSE ? builder.ceiling : Long.MAX_VALUE);
        this.profile = builder.profile;
        this.reports = new CeilingReports(builder);
    }

    @Override
    public @Nullable V get(Object key) {
        return held.get(key);
    }

    @Override
    public V getOrDefault(Object key, V otherwise) {
        return held.getOrDefault(key, otherwise);
    }

    @Override
    public boolean containsKey(Object key) {
        return held.containsKey(key);
    }

    @Override
    public @Nullable V put(K key, V value) {
        rules.check(key, value);
        if (places.isLimited()) {
            V before = held.replace(key, value); // allocates nothing where the key is there
            return before != null
                    ? before
                    : compute(key, new Change<>(rules, places, (same, present) -> value))
                            .before();
        }
        V before = held.put(key, value);
        if (before == null) {
            places.take();
            added(key);
        }
        return before;
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        rules.check(key, value);
        if (places.isLimited()) {
            V present = held.get(key);
            return present != null
                    ? present
                    : compute(key, new Change<>(rules, places, (same, before) -> before == null ? value : before))
                            .before();
        }
        V present = held.putIfAbsent(key, value);
        if (present == null) {
            places.take();
            added(key);
        }
        return present;
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
        rules.checkKey(key);
        Objects.requireNonNull(function, "function");
        V present = held.get(key);
        if (present != null) {
            return present;
        }
        return compute(
                        key,
                        new Change<>(rules, places, (same, before) -> before == null ? function.apply(same) : before))
                .after();
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        rules.checkKey(key);
        Objects.requireNonNull(function, "function");
        Change<K, V> change = new Change<>(rules, places, function);
        V result;
        try {
            result = held.computeIfPresent(key, change);
        } catch (Throwable failure) {
            settle(key, change);
            throw failure;
        }
        finish(key, change);
        return result;
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        rules.checkKey(key);
        Objects.requireNonNull(function, "function");
        return compute(key, new Change<>(rules, places, function)).after();
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        rules.check(key, value);
        Objects.requireNonNull(function, "function");
        return compute(
                        key,
                        new Change<>(
                                rules,
                                places,
                                (same, present) -> present == null ? value : function.apply(present, value)))
                .after();
    }

    private Change<K, V> compute(K key, Change<K, V> change) {
        try {
            held.compute(key, change);
        } catch (Throwable failure) {
            settle(key, change);
            throw failure;
        }
        finish(key, change);
        return change;
    }

    /** After a change that the held map carried out. */
    private void finish(K key, Change<K, V> change) {
        if (change.added()) {
            added(key);
        } else if (change.removed()) {
            removed(key);
        } else if (change.refused()) {
            throw reports.refused(places.taken());
        }
    }

    /** After a change in which the held map, not the function, failed: also because the function has put the same key. */
    @SuppressWarnings("ReferenceEquality") // this very value
    private void settle(K key, Change<K, V> change) {
        if (change.added() ? held.get(key) != change.after() : change.removed() && !held.containsKey(key)) {
            places.giveBack();
        }
    }

    private void added(K key) {
        if (profile != null) {
            profile.inserted(key);
        }
        reports.added(places.taken());
    }

    private void removed(K key) {
        places.giveBack();
        if (profile != null) {
            profile.removed(key);
        }
    }

    @Override
    @SuppressWarnings("unchecked") // what was removed was a key
    public @Nullable V remove(Object key) {
        V before = held.remove(key);
        if (before != null) {
            removed((K) key);
        }
        return before;
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public boolean remove(Object key, Object value) {
        boolean done = held.remove(key, value);
        if (done) {
            removed((K) key);
        }
        return done;
    }

    @Override
    public void clear() {
        for (K key : held.keySet()) {
            remove(key);
        }
    }

    @Override
    public WatchedMapStats stats() {
        return reports.stats(places.taken());
    }
}
