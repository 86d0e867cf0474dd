package io.watertight.caches;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The map view of a Caffeine cache, whose values are checked on their way in. */
final class BoundedCaffeineMap<K, V> extends HeldMap<K, V> implements BoundedMap<K, V> {
    private final String name;
    private final long bound;
    private final Cache<K, V> cache;
    private final ConcurrentMap<K, V> held;
    private final @Nullable KeyProfile<? super K> profile;
    private final Departures departures;

    BoundedCaffeineMap(BoundedMapBuilder<K, V> builder) {
        this(builder, new Departures());
    }

    private BoundedCaffeineMap(BoundedMapBuilder<K, V> builder, Departures departures) {
        this(builder, departures, cache(builder, departures));
    }

    private BoundedCaffeineMap(BoundedMapBuilder<K, V> builder, Departures departures, Cache<K, V> cache) {
        super(cache.asMap(), new MapRules("bounded map '" + builder.name + "'", builder.weakKeys));
        this.name = builder.name;
        this.bound = builder.bound;
        this.profile = builder.profile;
        this.cache = cache;
        this.held = cache.asMap();
        this.departures = departures;
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
    public BoundedMapStats stats() {
        cache.cleanUp();
        long size = cache.estimatedSize();
        long weight = cache.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(size))
                .orElse(size);
        return new BoundedMapStats(name, size, weight, bound, departures.evicted.sum(), departures.expired.sum());
    }
}
