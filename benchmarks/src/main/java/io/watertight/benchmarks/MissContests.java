package io.watertight.benchmarks;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.watertight.benchmarks.Contest.Figure;
import io.watertight.caches.CacheLease;
import io.watertight.caches.LeasedCache;
import io.watertight.caches.LeasedCacheBuilder;
import io.watertight.caches.ValueCache;
import io.watertight.caches.ValueCacheBuilder;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.cache2k.Cache;
import org.jspecify.annotations.Nullable;

/**
 * What a miss costs, beside the load, which does nothing: each operation drops a value and gets it loaded anew, from a cache that is
 * otherwise full.
 */
final class MissContests {
    private MissContests() {}

    static List<Contest> all() {
        return IntStream.rangeClosed(1, 2).mapToObj(MissContests::contest).toList();
    }

    private static Contest contest(int threads) {
        return new Contest("miss-" + threads, "a value dropped and loaded anew, " + CacheContest.threads(threads))
                .measures(Figure.WALL, Figure.CALLER, Figure.PROCESS, Figure.CALLER_BYTES, Figure.BYTES)
                .compares(Figure.WALL, Figure.PROCESS)
                .row("**ValueCache.get**, loaded by the caller", () -> value(Runnable::run, threads))
                .row("ValueCache.get, loaded by its threads", () -> value(null, threads))
                .row("**LeasedCache.acquire, close**, loaded by the caller", () -> leased(Runnable::run, threads))
                .row("LeasedCache.acquire, close, loaded by its threads", () -> leased(null, threads))
                .peer("Caffeine get, loaded under its lock", () -> caffeine(threads))
                .peer("Caffeine AsyncCache.get, loaded by the caller", () -> async(Runnable::run, threads))
                .row("Caffeine AsyncCache.get, loaded by the common pool", () -> async(null, threads))
                .row("Guava get", () -> guava(threads))
                .row("cache2k get", () -> cache2k(threads));
    }

    private static boolean isNew(@Nullable HeldRow row, String key) {
        return row != null && row.isNew(key);
    }

    private static Contender value(@Nullable Executor executor, int threads) {
        ValueCacheBuilder<String, HeldRow> builder = ValueCache.<String, HeldRow>builder("misses")
                .maximumSize(KeyOrder.KEYS)
                .loader((key, load) -> new HeldRow(key));
        ValueCache<String, HeldRow> cache = (executor == null ? builder : builder.executor(executor)).build();
        KeyOrder.all().forEach(key -> cache.put(key, new HeldRow(key)));
        return KeyLoop.apart(
                threads,
                (key, next) -> {
                    cache.invalidate(key);
                    return isNew(cache.get(key), key);
                },
                () -> true,
                cache);
    }

    /** A run is over when what was dropped is closed. */
    private static Contender leased(@Nullable Executor executor, int threads) throws InterruptedException {
        HeldRow.Counter rows = new HeldRow.Counter();
        LeasedCacheBuilder<String, HeldRow> builder = LeasedCache.<String, HeldRow>builder("misses")
                .maximumSize(KeyOrder.KEYS)
                .closeWith(rows::close)
                .loader((key, load) -> rows.open(key));
        LeasedCache<String, HeldRow> cache = (executor == null ? builder : builder.executor(executor)).build();
        for (String key : KeyOrder.all()) {
            cache.put(key, rows.open(key));
        }
        return KeyLoop.apart(
                threads,
                (key, next) -> {
                    cache.invalidate(key);
                    try (CacheLease<HeldRow> lease = cache.acquire(key)) {
                        return lease.get().isNew(key);
                    }
                },
                () -> rows.awaitClosed(KeyOrder.KEYS),
                () -> {
                    cache.close();
                    rows.checkAllClosed();
                });
    }

    private static Contender caffeine(int threads) {
        com.github.benmanes.caffeine.cache.Cache<String, HeldRow> cache =
                CachePeers.caffeine().build();
        KeyOrder.all().forEach(key -> cache.put(key, new HeldRow(key)));
        return KeyLoop.apart(
                threads,
                (key, next) -> {
                    cache.invalidate(key);
                    return isNew(cache.get(key, HeldRow::new), key);
                },
                () -> true,
                () -> {});
    }

    private static Contender async(@Nullable Executor executor, int threads) {
        Caffeine<Object, Object> builder = Caffeine.newBuilder().maximumSize(KeyOrder.KEYS);
        AsyncCache<String, HeldRow> cache = (executor == null ? builder : builder.executor(executor)).buildAsync();
        KeyOrder.all().forEach(key -> cache.synchronous().put(key, new HeldRow(key)));
        return KeyLoop.apart(
                threads,
                (key, next) -> {
                    cache.synchronous().invalidate(key);
                    return isNew(cache.get(key, HeldRow::new).get(), key);
                },
                () -> true,
                () -> {});
    }

    private static Contender guava(int threads) {
        LoadingCache<String, HeldRow> cache = CachePeers.guava(false).build(CacheLoader.from(HeldRow::new));
        KeyOrder.all().forEach(key -> cache.put(key, new HeldRow(key)));
        return KeyLoop.apart(
                threads,
                (key, next) -> {
                    cache.invalidate(key);
                    return isNew(cache.get(key), key);
                },
                () -> true,
                () -> {});
    }

    private static Contender cache2k(int threads) {
        Cache<String, HeldRow> cache =
                CachePeers.cache2k(HeldRow.class, false).loader(HeldRow::new).build();
        KeyOrder.all().forEach(key -> cache.put(key, new HeldRow(key)));
        return KeyLoop.apart(
                threads,
                (key, next) -> {
                    cache.remove(key);
                    return isNew(cache.get(key), key);
                },
                () -> true,
                cache);
    }
}
