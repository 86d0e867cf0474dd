package io.watertight.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import io.watertight.caches.CacheFunction;
import io.watertight.caches.CacheLease;
import io.watertight.caches.LeasedCache;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What it costs to use a value that nobody else may close meanwhile. */
final class LeaseContests {
    /** Where a lease escapes to. */
    static @Nullable Object escaped;

    private LeaseContests() {}

    static List<Contest> all() {
        return CacheContest.each(
                "lease",
                "a value used under a lease",
                (contest, order, threads) -> contest.row(
                                "**LeasedCache.acquire, close**", () -> acquire(order, threads))
                        .row("LeasedCache.acquire, close, the lease escapes", () -> escaping(order, threads))
                        .row("LeasedCache.acquireIfPresent, close", () -> acquireIfPresent(order, threads))
                        .row("LeasedCache.with", () -> with(order, threads))
                        .row("Caffeine computeIfPresent, count by hand", () -> countedByHand(order, threads))
                        .peer("Caffeine getIfPresent, no lease", () -> unprotected(order, threads)));
    }

    private static LeasedCache<String, HeldRow> leased(HeldRow.Counter rows) throws InterruptedException {
        LeasedCache<String, HeldRow> cache = LeasedCache.<String, HeldRow>builder("leases")
                .maximumSize(KeyOrder.KEYS)
                .closeWith(rows::close)
                .loader((key, load) -> {
                    throw new IllegalStateException(key + " is not there");
                })
                .build();
        for (String key : KeyOrder.all()) {
            cache.put(key, rows.open(key));
        }
        return cache;
    }

    private static AutoCloseable end(LeasedCache<String, HeldRow> cache, HeldRow.Counter rows) {
        return () -> {
            cache.close();
            rows.checkAllClosed();
        };
    }

    private static Contender acquire(KeyOrder order, int threads) throws InterruptedException {
        HeldRow.Counter rows = new HeldRow.Counter();
        LeasedCache<String, HeldRow> cache = leased(rows);
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    try (CacheLease<HeldRow> lease = cache.acquire(key)) {
                        return lease.get().is(key);
                    }
                },
                end(cache, rows));
    }

    private static Contender escaping(KeyOrder order, int threads) throws InterruptedException {
        HeldRow.Counter rows = new HeldRow.Counter();
        LeasedCache<String, HeldRow> cache = leased(rows);
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    try (CacheLease<HeldRow> lease = cache.acquire(key)) {
                        escaped = lease;
                        return lease.get().is(key);
                    }
                },
                end(cache, rows));
    }

    private static Contender acquireIfPresent(KeyOrder order, int threads) throws InterruptedException {
        HeldRow.Counter rows = new HeldRow.Counter();
        LeasedCache<String, HeldRow> cache = leased(rows);
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    try (CacheLease<HeldRow> lease = cache.acquireIfPresent(key)) {
                        return lease != null && lease.get().is(key);
                    }
                },
                end(cache, rows));
    }

    /** The key is seen through what the value says of itself, so that the function captures nothing. */
    private static Contender with(KeyOrder order, int threads) throws InterruptedException {
        HeldRow.Counter rows = new HeldRow.Counter();
        LeasedCache<String, HeldRow> cache = leased(rows);
        CacheFunction<HeldRow, HeldRow, RuntimeException> use = row -> row;
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    HeldRow used = cache.with(key, use);
                    return used != null && used.is(key);
                },
                end(cache, rows));
    }

    private static Contender unprotected(KeyOrder order, int threads) {
        Cache<String, HeldRow> cache = CachePeers.caffeine().build();
        KeyOrder.all().forEach(key -> cache.put(key, new HeldRow(key)));
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    HeldRow found = cache.getIfPresent(key);
                    return found != null && found.is(key);
                },
                () -> {});
    }

    /** A count that is at 1 while the cache has the row; who takes it to 0 closes. */
    private static final class Counted {
        final HeldRow row;
        private final HeldRow.Counter rows;
        private final AtomicInteger users = new AtomicInteger(1);

        Counted(HeldRow row, HeldRow.Counter rows) {
            this.row = row;
            this.rows = rows;
        }

        Counted retain() {
            users.incrementAndGet();
            return this;
        }

        void release() {
            if (users.decrementAndGet() == 0) {
                rows.close(row);
            }
        }
    }

    /** What is written by hand: the lock of the map's bin keeps an eviction from coming between the look and the count. */
    private static Contender countedByHand(KeyOrder order, int threads) {
        HeldRow.Counter rows = new HeldRow.Counter();
        Cache<String, Counted> cache = CachePeers.caffeine()
                .<String, Counted>removalListener(
                        (key, dropped, cause) -> Objects.requireNonNull(dropped).release())
                .build();
        KeyOrder.all().forEach(key -> cache.put(key, new Counted(rows.open(key), rows)));
        return KeyLoop.of(
                order,
                threads,
                (key, next) -> {
                    Counted used = cache.asMap().computeIfPresent(key, (same, counted) -> counted.retain());
                    if (used == null) {
                        return false;
                    }
                    try {
                        return used.row.is(key);
                    } finally {
                        used.release();
                    }
                },
                () -> {
                    cache.invalidateAll();
                    rows.checkAllClosed();
                });
    }
}
