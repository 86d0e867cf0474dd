package io.watertight.caches.spring;

import io.watertight.caches.ValueCacheBuilder;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.CacheManager;

/**
 * The caches of a Spring application, each of them bounded, in place of the maps that Spring uses where nothing else is said, and
 * that only grow.
 *
 * <pre>{@code
 * @Bean
 * SpringCaches caches() {
 *     return SpringCaches.of(
 *             ValueCache.<Object, Object>builder("users").maximumSize(1_000),
 *             ValueCache.<Object, Object>builder("orders").maximumSize(100));
 * }
 * }</pre>
 *
 * <p>There are the caches that were named, and no others: a name that nobody gave a bound is refused by Spring. Null is remembered, as
 * Spring's {@link org.springframework.cache.support.NullValue}. Values that are {@link AutoCloseable} are refused.
 *
 * <p>{@code @Cacheable(sync = true)} calls the method once for all who miss the same key, on the thread that came first, where its
 * transaction and its security context are; the others wait for it as long as {@link ValueCacheBuilder#loadTimeout} says.
 * Without {@code sync}, and for methods that return a future or a publisher, everybody who misses calls it.
 *
 * <p>Needs Spring Framework 6.1 or newer, which this module does not bring. Thread-safe. Spring closes it with its context.
 */
public final class SpringCaches implements CacheManager, AutoCloseable {
    private final Map<String, SpringCache> caches;

    private SpringCaches(Map<String, SpringCache> caches) {
        this.caches = caches;
    }

    /**
     * Builds caches for Spring. The {@linkplain ValueCacheBuilder#executor executor} of each is the calling thread.
     *
     * @param builders describe the caches; each has a bound already, or there would be no builder
     * @return the caches, open
     * @throws IllegalArgumentException if two have the same name
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // it is only read
    public static SpringCaches of(ValueCacheBuilder<Object, Object>... builders) {
        Map<String, SpringCache> caches = new LinkedHashMap<>();
        SpringCaches all = new SpringCaches(Collections.unmodifiableMap(caches));
        try {
            for (ValueCacheBuilder<Object, Object> builder : builders) {
                SpringCache cache =
                        new SpringCache(builder.executor(Runnable::run).build());
                SpringCache same = caches.put(cache.getName(), cache);
                if (same != null) {
                    same.close();
                    throw new IllegalArgumentException(
                            "two caches are named '" + cache.getName() + "': Spring finds them by their names");
                }
            }
        } catch (Throwable failure) {
            all.close();
            throw failure;
        }
        return all;
    }

    @Override
    public @Nullable Cache getCache(String name) {
        return caches.get(name);
    }

    @Override
    public Collection<String> getCacheNames() {
        return caches.keySet();
    }

    /** Closes all caches: nothing can be put into them any more. Idempotent. */
    @Override
    public void close() {
        caches.values().forEach(SpringCache::close);
    }

    @Override
    public String toString() {
        return "SpringCaches" + caches.keySet();
    }
}
