package io.watertight.examples;

import io.watertight.guards.Evidence;
import io.watertight.guards.Lease;
import io.watertight.pools.Allocator;
import io.watertight.pools.DestroyReason;
import io.watertight.pools.Pool;
import io.watertight.pools.PoolBuilder;
import io.watertight.pools.PoolLease;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A database that ends all sessions, and a pool that goes on lending the broken connections. */
final class BrokenConnectionWard implements Ward {
    private static final int CAPACITY = 8;
    private static final int QUERIES = 24;
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    @Override
    public String pattern() {
        return "broken connections given back";
    }

    @Override
    public String story() {
        return "The database ends all sessions; callers give their broken connections back, for others to fail with.";
    }

    @Override
    public String type() {
        return "frail connection";
    }

    /** The reset on return fails. */
    @Override
    public String evidence() {
        return Evidence.CLOSE_FAILED.name();
    }

    /** How a caller gets a connection. */
    private interface Source {
        Lease<Connection> get() throws InterruptedException;
    }

    /** What the callers met. */
    private static final class Failures {
        private final Set<Connection> broken = Collections.newSetFromMap(new IdentityHashMap<>());
        private int count;

        void met(Connection connection) {
            count++;
            broken.add(connection);
        }
    }

    /** The program: the same for both pools, with callers who do not say what is broken. */
    private static Failures queryAndGiveBack(Source source) throws InterruptedException {
        Failures failures = new Failures();
        for (int i = 0; i < QUERIES; i++) {
            try (Lease<Connection> lease = source.get()) {
                try {
                    Database.query(lease.get());
                } catch (SQLException broken) {
                    failures.met(lease.get());
                }
            }
        }
        return failures;
    }

    @SuppressWarnings("MustBeClosedChecker") // the program closes what it gets from its source
    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        NaivePool queue = room.afterwards(new NaivePool(CAPACITY, database));
        int aborted = database.abortSessions();
        Failures naive = queryAndGiveBack(queue::take);
        room.see(
                naive.count == QUERIES,
                aborted + " sessions ended; a queue as a pool: " + naive.count + " of " + QUERIES + " queries fail on "
                        + naive.broken.size() + " connections");

        Pool<Connection> pool = room.pool(describe(database).build());
        pool.awaitReady(Patience.LONG);
        database.abortSessions();
        Failures ours = queryAndGiveBack(() -> room.here(pool).acquire(Patience.LONG));
        room.see(
                ours.count > 0 && ours.count == ours.broken.size(),
                "a pool that resets what comes back: " + ours.count + " fail, each on a connection of its own");
    }

    @Override
    public void fix(Room room) throws Exception {
        evict(room, room.afterwards(Database.start()));
        validate(room, room.afterwards(Database.start()));
    }

    /** Who meets a broken connection says so, and has the others looked at. */
    private void evict(Room room, Database database) throws Exception {
        Pool<Connection> pool = room.pool(describe(database).build());
        pool.awaitReady(Patience.LONG);
        database.abortSessions();
        int failed = queryAndSayWhatIsBroken(pool);
        boolean whole = Patience.until(() -> pool.stats().idle() == CAPACITY, Patience.LONG);
        room.see(
                failed != 1 || !whole,
                "told of the first, the pool evicts " + count(pool, DestroyReason.EVICTED) + " more: " + failed + " of "
                        + QUERIES + " queries fails");
    }

    /** Nobody meets one. */
    private void validate(Room room, Database database) throws Exception {
        Pool<Connection> pool =
                room.pool(describe(database).validateEvery(CHECK_INTERVAL).build());
        pool.awaitReady(Patience.LONG);
        database.abortSessions();
        boolean whole = Patience.until(
                () -> count(pool, DestroyReason.INVALID) == CAPACITY
                        && pool.stats().idle() == CAPACITY,
                Patience.LONG);
        int failed = queryAndSayWhatIsBroken(pool);
        room.see(
                !whole || failed != 0,
                "ended while nobody uses them, " + count(pool, DestroyReason.INVALID) + " are found in the background: "
                        + failed + " fail");
    }

    private static int queryAndSayWhatIsBroken(Pool<Connection> pool) throws InterruptedException {
        int failed = 0;
        for (int i = 0; i < QUERIES; i++) {
            try (PoolLease<Connection> lease = pool.acquire(Patience.LONG)) {
                try {
                    Database.query(lease.get());
                } catch (SQLException broken) {
                    failed++;
                    lease.invalidate(broken);
                    pool.evict(connection -> !Database.works(connection));
                }
            }
        }
        return failed;
    }

    private static long count(Pool<Connection> pool, DestroyReason reason) {
        return pool.stats().destroyed().getOrDefault(reason, 0L);
    }

    private PoolBuilder<Connection> describe(Database database) {
        return Pool.builder(type())
                .capacity(CAPACITY)
                .allocator(new Checked(database))
                .prefill(CAPACITY)
                .reset(Connection::rollback);
    }

    /** Opens connections and checks idle ones. */
    private record Checked(Database database) implements Allocator<Connection> {
        @Override
        public Connection create() throws SQLException {
            return database.connect();
        }

        @Override
        public boolean isValid(Connection connection) {
            return Database.works(connection);
        }
    }
}
