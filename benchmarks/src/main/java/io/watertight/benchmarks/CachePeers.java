package io.watertight.benchmarks;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.cache2k.Cache2kBuilder;

/** The peers of the caches, with room for as many keys as there are. */
final class CachePeers {
    /** Longer than anything is measured: nothing expires, but everybody has to look. */
    static final Duration LIFE = Duration.ofHours(1);

    private CachePeers() {}

    /** As ours have it: who uses the cache does its upkeep, which otherwise is the common pool's. */
    static Caffeine<Object, Object> caffeine() {
        return Caffeine.newBuilder().executor(Runnable::run).maximumSize(KeyOrder.KEYS);
    }

    static Caffeine<Object, Object> caffeine(boolean expires) {
        return expires ? caffeine().expireAfterWrite(LIFE) : caffeine();
    }

    /** Each of its segments has its own part of the bound, and would evict; it does nothing else when it is full. */
    static CacheBuilder<Object, Object> guava(boolean expires) {
        CacheBuilder<Object, Object> builder = CacheBuilder.newBuilder().maximumSize(2 * KeyOrder.KEYS);
        return expires ? builder.expireAfterWrite(LIFE) : builder;
    }

    /** As Guava's; without statistics, which the others do not keep. */
    static Cache2kBuilder<String, Row> cache2k(boolean expires) {
        return cache2k(Row.class, expires);
    }

    static <V> Cache2kBuilder<String, V> cache2k(Class<V> values, boolean expires) {
        Cache2kBuilder<String, V> builder = Cache2kBuilder.of(String.class, values)
                .entryCapacity(2 * KeyOrder.KEYS)
                .disableStatistics(true);
        return expires ? builder.expireAfterWrite(LIFE.toHours(), TimeUnit.HOURS) : builder.eternal(true);
    }
}
