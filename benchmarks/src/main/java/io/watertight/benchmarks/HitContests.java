package io.watertight.benchmarks;

import com.github.benmanes.caffeine.cache.AsyncCache;
import io.watertight.caches.ValueCache;
import io.watertight.caches.ValueCacheBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.cache2k.Cache;
import org.jspecify.annotations.Nullable;

/** What it costs to find a value in a cache, without and with a time to live. */
final class HitContests {
    private HitContests() {}

    static List<Contest> all() {
        List<Contest> contests = new ArrayList<>();
        contests.addAll(CacheContest.each(
                "hit",
                "a value that is there",
                (contest, order, threads) ->
                        rows(contest, false, order, threads).row("ConcurrentHashMap.get", () -> map(order, threads))));
        contests.addAll(CacheContest.each(
                "hit-ttl",
                "a value that is there, with a time to live",
                (contest, order, threads) -> rows(contest, true, order, threads)));
        return contests;
    }

    private static Contest rows(Contest contest, boolean expires, KeyOrder order, int threads) {
        return contest.row("**ValueCache.getIfPresent**", () -> valueIfPresent(expires, order, threads))
                .row("ValueCache.get", () -> value(expires, order, threads))
                .peer("Caffeine getIfPresent", () -> caffeine(expires, order, threads))
                .row("Caffeine AsyncCache getIfPresent, getNow", () -> async(expires, order, threads))
                .row("Guava getIfPresent", () -> guava(expires, order, threads))
                .row("cache2k peek", () -> cache2k(expires, order, threads));
    }

    /** Whether it is the value of that key. */
    static boolean is(@Nullable Row found, String key) {
        return found != null && found.key() == key;
    }

    private static ValueCache<String, Row> values(boolean expires) {
        ValueCacheBuilder<String, Row> builder = ValueCache.<String, Row>builder("hits")
                .maximumSize(KeyOrder.KEYS)
                .loader((key, load) -> {
                    throw new IllegalStateException(key + " is not there");
                });
        ValueCache<String, Row> cache = (expires ? builder.timeToLive(CachePeers.LIFE) : builder).build();
        KeyOrder.all().forEach(key -> cache.put(key, new Row(key)));
        return cache;
    }

    private static Contender valueIfPresent(boolean expires, KeyOrder order, int threads) {
        ValueCache<String, Row> cache = values(expires);
        return KeyLoop.of(order, threads, (key, next) -> is(cache.getIfPresent(key), key), cache);
    }

    private static Contender value(boolean expires, KeyOrder order, int threads) {
        ValueCache<String, Row> cache = values(expires);
        return KeyLoop.of(order, threads, (key, next) -> is(cache.get(key), key), cache);
    }

    private static Contender caffeine(boolean expires, KeyOrder order, int threads) {
        com.github.benmanes.caffeine.cache.Cache<String, Row> cache =
                CachePeers.caffeine(expires).build();
        KeyOrder.all().forEach(key -> cache.put(key, new Row(key)));
        return KeyLoop.of(order, threads, (key, next) -> is(cache.getIfPresent(key), key), () -> {});
    }

    private static Contender async(boolean expires, KeyOrder order, int threads) {
        AsyncCache<String, Row> cache = CachePeers.caffeine(expires).buildAsync();
        KeyOrder.all().forEach(key -> cache.put(key, CompletableFuture.completedFuture(new Row(key))));
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    CompletableFuture<Row> found = cache.getIfPresent(key);
                    return found != null && is(found.getNow(null), key);
                },
                () -> {});
    }

    private static Contender guava(boolean expires, KeyOrder order, int threads) {
        com.google.common.cache.Cache<String, Row> cache =
                CachePeers.guava(expires).build();
        KeyOrder.all().forEach(key -> cache.put(key, new Row(key)));
        return KeyLoop.of(order, threads, (key, next) -> is(cache.getIfPresent(key), key), () -> {});
    }

    private static Contender cache2k(boolean expires, KeyOrder order, int threads) {
        Cache<String, Row> cache = CachePeers.cache2k(expires).build();
        KeyOrder.all().forEach(key -> cache.put(key, new Row(key)));
        return KeyLoop.of(order, threads, (key, next) -> is(cache.peek(key), key), cache);
    }

    private static Contender map(KeyOrder order, int threads) {
        ConcurrentMap<String, Row> map = new ConcurrentHashMap<>();
        KeyOrder.all().forEach(key -> map.put(key, new Row(key)));
        return KeyLoop.of(order, threads, (key, next) -> is(map.get(key), key), () -> {});
    }
}
