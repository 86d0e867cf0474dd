package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy.Eviction;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Caffeine, whose W-TinyLFU keeps what is asked for often and again. */
final class CaffeineStore<K, V> implements ValueStore<K, V> {
    private final AsyncCache<K, Stored<V>> map;
    private final LongAdder evictedForSize = new LongAdder();
    private final LongAdder expired = new LongAdder();

    /**
     * Makes the map.
     *
     * @param reload replaces a value that is older than it should be; is called by readers, under no lock
     * @param onExpiry is given what has expired, under the map's lock for that key: must not throw, nor call the map
     */
    CaffeineStore(
            ValueSettings<K, V> settings,
            Function<K, CompletableFuture<Stored<V>>> reload,
            @Nullable BiConsumer<K, Stored<V>> onExpiry) {
        Caffeine<K, Stored<V>> builder = Caffeine.newBuilder()
                .ticker(settings.ticker()::nanos)
                .executor(Runnable::run) // its upkeep calls nobody's code
                .evictionListener((key, stored, cause) -> evicted(key, stored, cause, onExpiry));
        builder = settings.weigher() == null
                ? builder.maximumSize(settings.maximum())
                : builder.maximumWeight(settings.maximum()).weigher((key, stored) -> stored.weight);
        if (settings.expires()) {
            builder = builder.expireAfter(new EntryExpiry<>(settings.afterAccess()));
        }
        if (settings.refreshNanos() == 0) {
            this.map = builder.buildAsync();
        } else {
            this.map = builder.refreshAfterWrite(Duration.ofNanos(settings.refreshNanos()))
                    .buildAsync(new Reloader<>(reload));
        }
    }

    private void evicted(
            @Nullable K key,
            @Nullable Stored<V> stored,
            RemovalCause cause,
            @Nullable BiConsumer<K, Stored<V>> onExpiry) {
        if (cause == RemovalCause.EXPIRED) {
            expired.increment();
            if (onExpiry != null && key != null && stored != null) {
                onExpiry.accept(key, stored);
            }
        } else {
            evictedForSize.increment();
        }
    }

    /** Only refreshes; what is missing is loaded by {@link Loads}. */
    private static final class Reloader<K, V> implements AsyncCacheLoader<K, Stored<V>> {
        private final Function<K, CompletableFuture<Stored<V>>> reload;

        Reloader(Function<K, CompletableFuture<Stored<V>>> reload) {
            this.reload = reload;
        }

        @Override
        public CompletableFuture<Stored<V>> asyncLoad(K key, Executor executor) {
            throw new UnsupportedOperationException("values that are missing are loaded elsewhere");
        }

        @Override
        public CompletableFuture<Stored<V>> asyncReload(K key, Stored<V> old, Executor executor) {
            return reload.apply(key);
        }
    }

    @Override
    public AsyncCache<K, Stored<V>> map() {
        return map;
    }

    @Override
    public void put(K key, Stored<V> stored) {
        map.synchronous().put(key, stored); // that of the map itself would wait for a future which is complete
    }

    @Override
    public long size() {
        Cache<K, Stored<V>> view = map.synchronous();
        view.cleanUp();
        return view.estimatedSize();
    }

    @Override
    public Set<K> keys() {
        return Set.copyOf(map.synchronous().asMap().keySet());
    }

    @Override
    public synchronized long trim(double fraction) {
        Eviction<K, Stored<V>> eviction = map.synchronous().policy().eviction().orElseThrow();
        long before = size();
        long maximum = eviction.getMaximum();
        long held = eviction.isWeighted() ? eviction.weightedSize().orElse(0) : before;
        try {
            eviction.setMaximum(held - (long) Math.ceil(held * fraction));
            return Math.max(0, before - size());
        } finally {
            eviction.setMaximum(maximum);
        }
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
