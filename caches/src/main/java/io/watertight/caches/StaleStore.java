package io.watertight.caches;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Values that have expired, for when no new ones are to be had. Bounded as the cache is, so that it can keep all of it once. */
final class StaleStore<K, V> {
    private final Cache<K, Stored<V>> expired;
    final LongAdder served = new LongAdder();

    StaleStore(ValueSettings<K, V> settings) {
        Caffeine<Object, Object> builder =
                Caffeine.newBuilder().ticker(settings.ticker()::nanos).executor(Runnable::run);
        if (settings.staleNanos() > 0) {
            builder = builder.expireAfterWrite(Duration.ofNanos(settings.staleNanos()));
        }
        this.expired = settings.weigher() == null
                ? builder.maximumSize(settings.maximum()).build()
                : builder.maximumWeight(settings.maximum())
                        .weigher((K key, Stored<V> stored) -> stored.weight)
                        .build();
    }

    /** By the cache's map, as it evicts what has expired. */
    void keep(K key, Stored<V> stored) {
        expired.put(key, stored);
    }

    @Nullable
    V serve(K key) {
        Stored<V> stored = expired.getIfPresent(key);
        if (stored == null) {
            return null;
        }
        served.increment();
        return stored.value;
    }

    void forget(K key) {
        expired.invalidate(key);
    }

    void forgetAll() {
        expired.invalidateAll();
    }

    long size() {
        expired.cleanUp();
        return expired.estimatedSize();
    }
}
