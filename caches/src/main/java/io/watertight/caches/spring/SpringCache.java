package io.watertight.caches.spring;

import io.watertight.caches.LoadFailedException;
import io.watertight.caches.ValueCache;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.support.AbstractValueAdaptingCache;

/** A {@link ValueCache} as Spring wants to see it. */
final class SpringCache extends AbstractValueAdaptingCache {
    private final ValueCache<Object, Object> cache;

    SpringCache(ValueCache<Object, Object> cache) {
        super(true);
        this.cache = cache;
    }

    @Override
    public String getName() {
        return cache.name();
    }

    @Override
    public ValueCache<Object, Object> getNativeCache() {
        return cache;
    }

    @Override
    protected @Nullable Object lookup(Object key) {
        return cache.getIfPresent(key);
    }

    @Override
    @SuppressWarnings(
            "unchecked") // Spring gives each cache one type of values for a key, or there is a mistake in its use
    public <T> @Nullable T get(Object key, Callable<T> method) {
        try {
            Object stored = cache.get(key, (same, load) -> toStoreValue(method.call()));
            return (T) fromStoreValue(stored);
        } catch (LoadFailedException failure) {
            throw new ValueRetrievalException(key, method, Objects.requireNonNullElse(failure.getCause(), failure));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ValueRetrievalException(key, method, interrupted);
        }
    }

    @Override
    public @Nullable CompletableFuture<?> retrieve(Object key) {
        Object stored = lookup(key);
        return stored == null ? null : CompletableFuture.completedFuture(toValueWrapper(stored));
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public <T> CompletableFuture<T> retrieve(Object key, Supplier<CompletableFuture<T>> method) {
        Object stored = lookup(key);
        if (stored != null) {
            return CompletableFuture.completedFuture((T) fromStoreValue(stored));
        }
        return method.get().thenApply(value -> {
            put(key, value);
            return value;
        });
    }

    @Override
    public void put(Object key, @Nullable Object value) {
        cache.put(key, toStoreValue(value));
    }

    @Override
    public void evict(Object key) {
        cache.invalidate(key);
    }

    @Override
    public boolean evictIfPresent(Object key) {
        boolean present = lookup(key) != null;
        cache.invalidate(key);
        return present;
    }

    @Override
    public void clear() {
        cache.invalidateAll();
    }

    void close() {
        cache.close();
    }
}
