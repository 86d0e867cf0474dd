package io.watertight.benchmarks;

import io.watertight.caches.BoundedMap;
import io.watertight.caches.CeilingPolicy;
import io.watertight.caches.WatchedMap;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** What it costs to read a map that replaces a {@link ConcurrentHashMap}. */
final class MapReadContests {
    private MapReadContests() {}

    static List<Contest> all() {
        return CacheContest.each(
                "map-read",
                "map read",
                (contest, order, threads) -> contest.row(
                                "**WatchedMap.get**", () -> reading(watched(CeilingPolicy.REPORT), order, threads))
                        .row("**BoundedMap.get**", () -> reading(bounded(), order, threads))
                        .peer("ConcurrentHashMap.get", () -> reading(new ConcurrentHashMap<>(), order, threads))
                        .peer(
                                "Caffeine asMap().get",
                                () -> reading(
                                        CachePeers.caffeine()
                                                .<String, Row>build()
                                                .asMap(),
                                        order,
                                        threads)));
    }

    /** As full as it may be. */
    static WatchedMap<String, Row> watched(CeilingPolicy policy) {
        return WatchedMap.<String, Row>builder("watched")
                .ceiling(KeyOrder.KEYS, policy)
                .build();
    }

    static BoundedMap<String, Row> bounded() {
        return BoundedMap.<String, Row>builder("bounded")
                .maximumSize(KeyOrder.KEYS)
                .build();
    }

    private static Contender reading(ConcurrentMap<String, Row> map, KeyOrder order, int threads) {
        KeyOrder.all().forEach(key -> map.put(key, new Row(key)));
        return KeyLoop.of(order, threads, (key, next) -> HitContests.is(map.get(key), key), () -> {});
    }
}
