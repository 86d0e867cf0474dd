package io.watertight.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import io.watertight.caches.BoundedMap;
import io.watertight.caches.CeilingPolicy;
import io.watertight.caches.ValueCache;
import io.watertight.caches.WatchedMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** What it costs to replace a value. */
final class PutContests {
    private PutContests() {}

    static List<Contest> all() {
        return CacheContest.each(
                "put",
                "a value replaced",
                (contest, order, threads) -> contest.row("**ValueCache.put**", () -> value(order, threads))
                        .row("**BoundedMap.put**", () -> bounded(order, threads))
                        .row("**WatchedMap.put**", () -> watched(CeilingPolicy.REPORT, order, threads))
                        .row("WatchedMap.put, refuses what is new", () -> watched(CeilingPolicy.REFUSE, order, threads))
                        .peer("Caffeine put", () -> caffeine(order, threads))
                        .row("Guava put", () -> guava(order, threads))
                        .row("cache2k put", () -> cache2k(order, threads))
                        .peer("ConcurrentHashMap.put", () -> map(order, threads)));
    }

    /** Fills a cache, then has its values replaced, and looks whether they are there. */
    private static Contender putting(
            KeyOrder order, int threads, BiConsumer<String, Row> put, Function<String, Row> read, AutoCloseable end) {
        KeyOrder.all().forEach(key -> put.accept(key, new Row(key)));
        String[] first = {KeyOrder.all().iterator().next()};
        Row[] before = {read.apply(first[0])};
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    put.accept(key, next);
                    return true;
                },
                () -> {
                    Row now = read.apply(first[0]);
                    boolean replaced = HitContests.is(now, first[0]) && now != before[0];
                    before[0] = new Row(first[0]);
                    put.accept(first[0], before[0]);
                    return replaced;
                },
                end);
    }

    private static Contender value(KeyOrder order, int threads) {
        ValueCache<String, Row> cache = ValueCache.<String, Row>builder("puts")
                .maximumSize(KeyOrder.KEYS)
                .build();
        return putting(order, threads, cache::put, cache::getIfPresent, cache);
    }

    private static Contender bounded(KeyOrder order, int threads) {
        BoundedMap<String, Row> map = MapReadContests.bounded();
        return putting(order, threads, map::put, map::get, () -> {});
    }

    private static Contender watched(CeilingPolicy policy, KeyOrder order, int threads) {
        WatchedMap<String, Row> map = MapReadContests.watched(policy);
        return putting(order, threads, map::put, map::get, () -> {});
    }

    private static Contender caffeine(KeyOrder order, int threads) {
        Cache<String, Row> cache = CachePeers.caffeine().build();
        return putting(order, threads, cache::put, cache::getIfPresent, () -> {});
    }

    private static Contender guava(KeyOrder order, int threads) {
        com.google.common.cache.Cache<String, Row> cache =
                CachePeers.guava(false).build();
        return putting(order, threads, cache::put, cache::getIfPresent, () -> {});
    }

    private static Contender cache2k(KeyOrder order, int threads) {
        org.cache2k.Cache<String, Row> cache = CachePeers.cache2k(false).build();
        return putting(order, threads, cache::put, cache::peek, cache);
    }

    private static Contender map(KeyOrder order, int threads) {
        ConcurrentMap<String, Row> map = new ConcurrentHashMap<>();
        return putting(order, threads, map::put, map::get, () -> {});
    }
}
