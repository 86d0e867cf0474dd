package io.watertight.caches;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guard;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** A map over another that holds its entries: what neither adds an entry nor removes one, and the views. */
abstract class HeldMap<K, V> implements ConcurrentMap<K, V> {
    final MapRules rules;
    private final ConcurrentMap<K, V> held;
    private final MapViews<K, V> views;

    @SuppressWarnings("this-escape") // the views keep it, and call nothing yet
    HeldMap(ConcurrentMap<K, V> held, MapRules rules) {
        this.held = held;
        this.rules = rules;
        this.views = new MapViews<>(this, held);
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
    public void putAll(Map<? extends K, ? extends V> others) {
        others.forEach(this::put);
    }

    @MustBeClosed
    public Guard<V> putScoped(K key, V value) {
        put(key, value);
        try {
            return ScopedMappings.guard(this, key, value);
        } catch (Throwable failure) {
            ScopedMappings.remove(this, key, value);
            throw failure;
        }
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
