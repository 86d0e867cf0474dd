package io.watertight.examples;

import io.watertight.guards.Lease;
import io.watertight.pools.Pool;
import io.watertight.pools.PoolLease;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A caller that never gives its connection back, to a pool that has one less from then on. */
final class LostConnectionWard implements Ward {
    private static final int CAPACITY = 2;

    @Override
    public String pattern() {
        return "pooled connection never given back";
    }

    @Override
    public String story() {
        return "A caller of a pool of two forgets to give its connection back.";
    }

    @Override
    public String type() {
        return "lent connection";
    }

    /** How a caller gets a connection. */
    private interface Source {
        Lease<Connection> get() throws InterruptedException;
    }

    /** The program: the same for both pools. */
    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static int forget(Source source) throws SQLException, InterruptedException {
        Lease<Connection> forgotten = source.get();
        return Database.query(forgotten.get());
    }

    @SuppressWarnings("MustBeClosedChecker") // the leak
    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        NaivePool queue = room.afterwards(new NaivePool(CAPACITY, database));
        forget(queue::take);
        Patience.collect();
        room.see(
                queue.idle() < CAPACITY,
                "a queue as a pool: " + queue.idle() + " of " + CAPACITY + " is left, for ever");

        Pool<Connection> pool = open(room, database);
        forget(() -> room.here(pool).acquire(Patience.LONG));
        boolean had = pool.holders().size() == 1;
        boolean found = Patience.until(() -> pool.stats().leaked() == 1 || Patience.collectOnce(), Patience.LONG);
        int whole = acquireAll(pool);
        room.see(
                had && found && whole == CAPACITY,
                "a pool that heals: one of " + CAPACITY + " was lost, and then " + whole
                        + " can be used at once again");
    }

    @Override
    public void fix(Room room) throws Exception {
        Pool<Connection> pool = open(room, room.afterwards(Database.start()));
        try (PoolLease<Connection> lease = pool.acquire(Patience.LONG)) {
            Database.query(lease.get());
        }
        room.see(pool.stats().leased() != 0, "leased: " + pool.stats().leased());
    }

    @SuppressWarnings("MustBeClosedChecker") // all are closed at the end
    private static int acquireAll(Pool<Connection> pool) throws Exception {
        List<PoolLease<Connection>> leases = new ArrayList<>();
        try {
            while (leases.size() < CAPACITY) {
                PoolLease<Connection> lease = pool.acquire(Patience.LONG);
                leases.add(lease);
                Database.query(lease.get());
            }
            return leases.size();
        } finally {
            leases.forEach(PoolLease::close);
        }
    }

    private Pool<Connection> open(Room room, Database database) {
        return room.pool(Pool.builder(type())
                .capacity(CAPACITY)
                .allocator(database::connect)
                .build());
    }
}
