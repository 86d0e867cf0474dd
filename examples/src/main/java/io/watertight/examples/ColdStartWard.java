package io.watertight.examples;

import io.watertight.guards.Guard;
import io.watertight.pools.Pool;
import io.watertight.pools.PoolLease;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;

/** A pool that opens a connection for whoever finds none, on the first request of the day. */
final class ColdStartWard implements Ward {
    private static final int CALLERS = 40;
    private static final int CAPACITY = 8;
    private static final int LOGINS_AT_ONCE = 2;

    @Override
    public String pattern() {
        return "stampede on a cold pool";
    }

    @Override
    public String story() {
        return "Forty first callers find a pool empty, each opens a connection, and those that do not fit in are dropped.";
    }

    @Override
    public String type() {
        return "cold connection";
    }

    /** A pool whose bound holds for what is idle, and for nothing else. */
    private static final class OnDemand implements AutoCloseable {
        private final ArrayBlockingQueue<Guard<Connection>> idle = new ArrayBlockingQueue<>(CAPACITY);

        @SuppressWarnings("MustBeClosedChecker") // who gets it gives it back
        Guard<Connection> take(Room room, Database database) throws SQLException {
            Guard<Connection> connection = idle.poll();
            return connection != null ? connection : room.here().open(database.connect());
        }

        @SuppressWarnings("CheckReturnValue") // the leak: where the queue is full, nobody closes the connection
        void giveBack(Guard<Connection> connection) {
            idle.offer(connection);
        }

        @Override
        public void close() {
            idle.forEach(Guard::close);
        }
    }

    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        OnDemand pool = room.afterwards(new OnDemand());
        CyclicBarrier allHaveOne = new CyclicBarrier(CALLERS);
        try (Callers callers = Callers.start("cold-caller", CALLERS, () -> call(room, database, pool, allHaveOne))) {
            callers.awaitAllServed();
        }
        int forgotten = database.sessions() - pool.idle.size();
        room.see(
                database.opened() > CAPACITY && forgotten > 0,
                database.opened() + " connections opened at the same time; the pool keeps " + pool.idle.size()
                        + ", the database has " + database.sessions() + " sessions");
    }

    private static void call(Room room, Database database, OnDemand pool, CyclicBarrier allHaveOne) throws Exception {
        Guard<Connection> connection = pool.take(room, database);
        Database.query(connection.get());
        allHaveOne.await();
        pool.giveBack(connection);
    }

    @Override
    public void fix(Room room) throws Exception {
        cold(room);
        prefilled(room);
    }

    /** Without a prefill the callers wait, but only for as many logins as the database should see at a time. */
    private void cold(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        CountDownLatch awake = new CountDownLatch(1);
        Pool<Connection> pool = room.pool(Pool.builder(type())
                .capacity(CAPACITY)
                .allocator(() -> database.connect(awake::await))
                .concurrentCalls(LOGINS_AT_ONCE)
                .build());
        try (Callers callers = Callers.start("cold-caller", CALLERS, () -> queryOnce(pool))) {
            Patience.until(() -> pool.stats().waiting() == CALLERS, Patience.LONG);
            int waiting = pool.stats().waiting();
            awake.countDown();
            boolean served = callers.awaitAllServed();
            room.see(
                    !served || database.opened() > CAPACITY || database.mostAtOnce() > LOGINS_AT_ONCE,
                    "cold, " + waiting + " of " + CALLERS + " callers wait for " + database.mostAtOnce()
                            + " logins at a time, " + callers.served() + " are served");
        }
    }

    private static void queryOnce(Pool<Connection> pool) throws Exception {
        try (PoolLease<Connection> lease = pool.acquire(Patience.LONG)) {
            Database.query(lease.get());
        }
    }

    /** With a prefill nobody waits. */
    private void prefilled(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        Pool<Connection> pool = room.pool(Pool.builder(type())
                .capacity(CAPACITY)
                .allocator(database::connect)
                .concurrentCalls(LOGINS_AT_ONCE)
                .prefill(CAPACITY)
                .build());
        pool.awaitReady(Patience.LONG);
        int served = serveWithoutWaiting(pool);
        room.see(
                served < CAPACITY,
                "prefilled, the first " + served + " callers get one without waiting, of " + database.opened()
                        + " opened before they came");
    }

    @SuppressWarnings("MustBeClosedChecker") // all are closed at the end
    private static int serveWithoutWaiting(Pool<Connection> pool) throws SQLException {
        List<PoolLease<Connection>> leases = new ArrayList<>();
        try {
            for (PoolLease<Connection> lease = pool.tryAcquire(); lease != null; lease = pool.tryAcquire()) {
                leases.add(lease);
                Database.query(lease.get());
            }
            return leases.size();
        } finally {
            leases.forEach(PoolLease::close);
        }
    }
}
