package io.watertight.caches;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guard;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The map view of a Caffeine cache, whose values are checked on their way in. */
final class BoundedCaffeineMap<K, V> implements BoundedMap<K, V> {
    private final String name;
    private final long bound;
    private final Cache<K, V> cache;
    private final ConcurrentMap<K, V> held;
    private final MapViews<K, V> views;
    private final MapRules rules;
    private final @Nullable KeyProfile<? super K> profile;
    private final Departures departures = new Departures();

    BoundedCaffeineMap(BoundedMapBuilder<K, V> builder) {
        this.name = builder.name;
        this.bound = builder.bound;
        this.rules = new MapRules("bounded map '" + name + "'", builder.weakKeys);
        this.profile = builder.profile;
        this.cache = cache(builder, departures);
        this.held = cache.asMap();
        this.views = new MapViews<>(this, held);
    }

    /** What had to go. Called by Caffeine while it holds a lock, so it only counts. */
    private static final class Departures {
        final LongAdder evicted = new LongAdder();
        final LongAdder expired = new LongAdder();

        void count(RemovalCause cause) {
            if (cause == RemovalCause.SIZE) {
                evicted.increment();
            } else if (cause == RemovalCause.EXPIRED) {
                expired.increment();
            }
        }
    }

    private static <K, V> Cache<K, V> cache(BoundedMapBuilder<K, V> builder, Departures departures) {
        Caffeine<Object, Object> caffeine = Caffeine.newBuilder()
                .executor(Runnable::run) // the common pool may be dead, and holds class loaders
                .ticker(builder.ticker::nanos);
        if (builder.timeToLive != null) {
            caffeine.expireAfterWrite(builder.timeToLive);
        }
        if (builder.timeToIdle != null) {
            caffeine.expireAfterAccess(builder.timeToIdle);
        }
        if (builder.weakKeys) {
            caffeine.weakKeys();
        }
        String owner = "bounded map '" + builder.name + "'";
        Weigher<? super K, ? super V> weigher = builder.weigher;
        Caffeine<K, V> bounded = weigher == null
                ? caffeine.maximumSize(builder.bound).evictionListener((key, value, cause) -> departures.count(cause))
                : caffeine.maximumWeight(builder.bound)
                        .weigher((K key, V value) -> Weights.weigh(owner, weigher, key, value))
                        .evictionListener((key, value, cause) -> departures.count(cause));
        KeyProfile<? super K> profile = builder.profile;
        if (profile != null) {
            bounded.removalListener((key, value, cause) -> {
                if (key != null && cause != RemovalCause.REPLACED) {
                    profile.removed(key);
                }
            });
        }
        return bounded.build();
    }

    @Override
    public @Nullable V get(Object key) {
        return held.get(key);
    }

    @Override
    public V getOrDefault(Object key, V otherwise) {
        V value = held.get(key);
        return value == null ? otherwise : value;
    }

    @Override
    public boolean containsKey(Object key) {
        return held.containsKey(key);
    }

    @Override
    public boolean containsValue(Object value) {
        return held.containsValue(value);
    }

    @Override
    public int size() {
        return held.size();
    }

    @Override
    public boolean isEmpty() {
        return held.isEmpty();
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> visitor) {
        held.forEach(visitor);
    }

    @Override
    public @Nullable V put(K key, V value) {
        rules.check(key, value);
        V before = held.put(key, value);
        if (before == null) {
            added(key);
        }
        return before;
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        rules.check(key, value);
        V present = held.putIfAbsent(key, value);
        if (present == null) {
            added(key);
        }
        return present;
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> others) {
        others.forEach(this::put);
    }

    @Override
    @MustBeClosed
    public Guard<V> putScoped(K key, V value) {
        put(key, value);
        return ScopedMappings.guard(this, key, value);
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
        rules.checkKey(key);
        Objects.requireNonNull(function, "function");
        V present = held.get(key);
        if (present != null) {
            return present;
        }
        Change<K, V> change = new Change<>(rules, null, (same, absent) -> function.apply(same));
        V result = held.computeIfAbsent(key, same -> change.apply(same, null));
        return finish(key, change, result);
    }

    @Override
    public @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        rules.checkKey(key);
        Objects.requireNonNull(function, "function");
        Change<K, V> change = new Change<>(rules, null, function);
        return finish(key, change, held.computeIfPresent(key, change));
    }

    @Override
    public @Nullable V compute(K key, BiFunction<? super K, ? super V, ? extends V> function) {
        rules.checkKey(key);
        Objects.requireNonNull(function, "function");
        Change<K, V> change = new Change<>(rules, null, function);
        return finish(key, change, held.compute(key, change));
    }

    @Override
    public @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends V> function) {
        rules.check(key, value);
        Objects.requireNonNull(function, "function");
        Change<K, V> change =
                new Change<>(rules, null, (same, present) -> present == null ? value : function.apply(present, value));
        return finish(key, change, held.compute(key, change));
    }

    private @Nullable V finish(K key, Change<K, V> change, @Nullable V result) {
        if (change.added()) {
            added(key);
        }
        return result;
    }

    /** Removals come from Caffeine, whatever their cause. */
    private void added(K key) {
        if (profile != null) {
            profile.inserted(key);
        }
    }

    @Override
    public @Nullable V remove(Object key) {
        return held.remove(key);
    }

    @Override
    public boolean remove(Object key, Object value) {
        return held.remove(key, value);
    }

    @Override
    public void clear() {
        held.clear();
    }

    @Override
    public @Nullable V replace(K key, V value) {
        rules.check(key, value);
        return held.replace(key, value);
    }

    @Override
    public boolean replace(K key, V before, V after) {
        rules.check(key, after);
        return held.replace(key, before, after);
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        Objects.requireNonNull(function, "function");
        held.replaceAll((key, value) -> {
            V after = function.apply(key, value);
            rules.check(key, after);
            return after;
        });
    }

    @Override
    public Set<K> keySet() {
        return views.keys();
    }

    @Override
    public Collection<V> values() {
        return views.values();
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return views.entries();
    }

    @Override
    public BoundedMapStats stats() {
        cache.cleanUp();
        long size = cache.estimatedSize();
        long weight = cache.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(size))
                .orElse(size);
        return new BoundedMapStats(name, size, weight, bound, departures.evicted.sum(), departures.expired.sum());
    }

    @Override
    @SuppressWarnings("EqualsWhichDoesntCheckParameterClass") // the held map does
    public boolean equals(@Nullable Object other) {
        return other == this || held.equals(other);
    }

    @Override
    public int hashCode() {
        return held.hashCode();
    }

    @Override
    public String toString() {
        return held.toString();
    }
}
