package io.watertight.examples;

import io.watertight.caches.ValueCache;
import io.watertight.guards.Evidence;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetectorBuilder;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A thousand callers who miss the same key at once; fewer where the machine does not allow so many. */
final class StampedeWard implements Ward {
    private static final int WANTED = 1_000;
    private static final String KEY = "price of tea";
    /** It takes its time to start so many. */
    private static final int PATIENCE = 3;

    @Override
    public String pattern() {
        return "stampede on one missing key";
    }

    @Override
    public String story() {
        return "A price is gone from a cache, and whoever misses it asks the database, which takes its time.";
    }

    @Override
    public String type() {
        return "connection of a load";
    }

    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit.multipliedBy(PATIENCE));
    }

    /** The report must show a load that is not the only one. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.open() > 1
                && finding.holderNow().stream()
                        .anyMatch(frame -> frame.getMethodName().equals("load"));
    }

    /** A database that does not answer yet. */
    private static final class Prices {
        private final Room room;
        private final Database database;
        private final CountDownLatch answer = new CountDownLatch(1);
        private final AtomicInteger loads = new AtomicInteger();

        Prices(Room room) throws Exception {
            this.room = room;
            this.database = room.afterwards(Database.start());
        }

        int load() throws Exception {
            try (Guard<Connection> connection = room.here().open(database.connect())) {
                loads.incrementAndGet();
                answer.await();
                return Database.query(connection.get());
            }
        }

        String said() {
            return "loads of one price: " + loads;
        }
    }

    @Override
    public void leak(Room room) throws Exception {
        int callers = callers();
        Prices prices = new Prices(room);
        Map<String, Integer> cache = new ConcurrentHashMap<>();
        room.afterwards(Callers.start("clinic-buyer", callers, () -> {
            if (!cache.containsKey(KEY)) {
                cache.put(KEY, prices.load());
            }
        }));
        Patience.until(() -> prices.loads.get() == callers, Patience.LONG);
        int sessions = prices.database.sessions();
        room.see(
                prices.loads.get() == callers && sessions == callers,
                "a map as a cache: " + callers + " callers miss the key; " + prices.said()
                        + ", each on a connection; sessions of the database: " + sessions);
    }

    @Override
    public void fix(Room room) throws Exception {
        int wanted = callers();
        Prices prices = new Prices(room);
        try (ValueCache<String, Integer> cache = ValueCache.<String, Integer>builder("prices")
                        .maximumSize(1)
                        .loader((key, load) -> prices.load())
                        .build();
                Callers callers = Callers.start("clinic-buyer", wanted, () -> cache.get(KEY))) {
            Patience.until(() -> cache.stats().misses() == wanted, Patience.LONG);
            long missed = cache.stats().misses();
            prices.answer.countDown();
            boolean served = callers.awaitAllServed();
            room.see(
                    !served || missed != wanted || prices.loads.get() != 1 || prices.database.opened() != 1,
                    "a cache that loads once for all who wait: " + missed + " callers miss the key; " + prices.said()
                            + "; callers served: " + callers.served());
        }
    }

    private static int callers() throws IOException {
        return Capacity.connections(WANTED);
    }
}
