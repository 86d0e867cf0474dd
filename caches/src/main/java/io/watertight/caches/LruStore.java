package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.google.common.base.Ticker;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.cache.RemovalCause;
import com.google.common.cache.RemovalListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/** Guava's cache with one segment, which evicts what was not asked for for longest, exactly. */
final class LruStore<K, V> implements ValueStore<K, V> {
    private final Cache<K, CompletableFuture<Stored<V>>> lru;
    private final LruFutures<K, Stored<V>> map;
    private final LongAdder evictedForSize = new LongAdder();
    private final LongAdder expired = new LongAdder();

    LruStore(ValueSettings<K, V> settings) {
        RemovalListener<K, CompletableFuture<Stored<V>>> listener = removal -> {
            if (removal.getCause() == RemovalCause.SIZE) {
                evictedForSize.increment();
            } else if (removal.getCause() == RemovalCause.EXPIRED) {
                expired.increment();
            }
        };
        CacheBuilder<K, CompletableFuture<Stored<V>>> builder = CacheBuilder.newBuilder()
                .concurrencyLevel(1) // more segments would each have an order of their own
                .ticker(new Ticker() {
                    @Override
                    public long read() {
                        return settings.ticker().nanos();
                    }
                })
                .removalListener(listener);
        builder = settings.weigher() == null
                ? builder.maximumSize(settings.maximum())
                : builder.maximumWeight(settings.maximum()).weigher((key, future) -> weight(future));
        if (settings.expires()) {
            Duration life = Duration.ofNanos(settings.lifeNanos());
            builder = settings.afterAccess() ? builder.expireAfterAccess(life) : builder.expireAfterWrite(life);
        }
        this.lru = builder.build();
        this.map = new LruFutures<>(lru);
    }

    /** A load weighs nothing until it is over; {@link LruFutures} has it weighed again then. */
    private static int weight(CompletableFuture<? extends Stored<?>> future) {
        Stored<?> stored = future.getNow(null);
        return stored == null ? 0 : stored.weight;
    }

    @Override
    public AsyncCache<K, Stored<V>> map() {
        return map;
    }

    @Override
    public void put(K key, Stored<V> stored) {
        lru.put(key, CompletableFuture.completedFuture(stored));
    }

    @Override
    public long size() {
        lru.cleanUp();
        return lru.size();
    }

    @Override
    public Set<K> keys() {
        Set<K> keys = new HashSet<>();
        lru.asMap().forEach((key, future) -> {
            if (future.getNow(null) != null) {
                keys.add(key);
            }
        });
        return Set.copyOf(keys);
    }

    /** Its order cannot be read, so what goes is what its table lists first. */
    @Override
    public long trim(double fraction) {
        List<K> keys = new ArrayList<>(keys());
        List<K> going = keys.subList(0, (int) Math.ceil(keys.size() * fraction));
        lru.invalidateAll(going);
        return going.size();
    }

    @Override
    public long evictedForSize() {
        return evictedForSize.sum();
    }

    @Override
    public long expired() {
        return expired.sum();
    }
}
