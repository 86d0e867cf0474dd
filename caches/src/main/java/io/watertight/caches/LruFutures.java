package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.google.common.cache.Cache;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Guava's cache with the face that {@link Loads} knows, as far as it is used.
 *
 * <p>As in Caffeine's, a future that ends with nothing is forgotten, and one that ends with a value is weighed then: its place is
 * taken by itself, in one step, if it is still there.
 */
final class LruFutures<K, E> implements AsyncCache<K, E> {
    private static final Executor DIRECT = Runnable::run;

    private final Cache<K, CompletableFuture<E>> lru;
    private final ConcurrentMap<K, CompletableFuture<E>> map;

    LruFutures(Cache<K, CompletableFuture<E>> lru) {
        this.lru = lru;
        this.map = lru.asMap();
    }

    @Override
    public @Nullable CompletableFuture<E> getIfPresent(K key) {
        return lru.getIfPresent(key);
    }

    @Override
    public CompletableFuture<E> get(
            K key, BiFunction<? super K, ? super Executor, ? extends CompletableFuture<? extends E>> mapping) {
        @SuppressWarnings("unchecked") // a future only gives
        CompletableFuture<E> mine = (CompletableFuture<E>) mapping.apply(key, DIRECT);
        CompletableFuture<E> other = map.putIfAbsent(key, mine);
        if (other != null) {
            return other;
        }
        var unused = mine.whenComplete((entry, never) -> {
            if (entry == null) {
                map.remove(key, mine);
            } else {
                map.replace(key, mine, mine);
            }
        });
        return mine;
    }

    @Override
    public void put(K key, CompletableFuture<? extends E> ended) {
        @SuppressWarnings("unchecked") // a future only gives
        CompletableFuture<E> future = (CompletableFuture<E>) ended;
        map.put(key, future);
    }

    @Override
    public ConcurrentMap<K, CompletableFuture<E>> asMap() {
        return map;
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("not used by caches");
    }

    @Override
    public CompletableFuture<E> get(K key, Function<? super K, ? extends E> mapping) {
        throw unused();
    }

    @Override
    public CompletableFuture<Map<K, E>> getAll(
            Iterable<? extends K> keys, Function<? super Set<? extends K>, ? extends Map<? extends K, ? extends E>> f) {
        throw unused();
    }

    @Override
    public CompletableFuture<Map<K, E>> getAll(
            Iterable<? extends K> keys,
            BiFunction<
                            ? super Set<? extends K>,
                            ? super Executor,
                            ? extends CompletableFuture<? extends Map<? extends K, ? extends E>>>
                    f) {
        throw unused();
    }

    @Override
    public com.github.benmanes.caffeine.cache.Cache<K, E> synchronous() {
        throw unused();
    }
}
