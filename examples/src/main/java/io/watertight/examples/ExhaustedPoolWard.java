package io.watertight.examples;

import io.watertight.guards.Lease;
import io.watertight.pools.Pool;
import io.watertight.pools.PoolLease;
import io.watertight.pools.PoolTimeoutException;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;

/** 350 callers on 20 connections, all of which are held by callers who wait for something else. */
final class ExhaustedPoolWard implements Ward {
    private static final int CAPACITY = 20;
    private static final int ENOUGH = 150;
    private static final int CALLERS = 350;
    private static final int SHORT_CALLERS = CALLERS - CAPACITY;

    @Override
    public String pattern() {
        return "350 callers on 20 connections";
    }

    @Override
    public String story() {
        return "Twenty reports hold all connections while they wait for a partner; 330 short queries wait for them.";
    }

    @Override
    public String type() {
        return "busy connection";
    }

    @Override
    public String evidence() {
        return Finding.REFUSED;
    }

    /** The time-out must say who holds everything: how many, and by name. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.words().contains("leased=" + CAPACITY)
                && finding.words().contains("by 'report-")
                && finding.words().lines().count() > CAPACITY;
    }

    /** How a caller gets a connection. */
    private interface Source {
        Lease<Connection> get() throws InterruptedException;
    }

    /** The program: the same for both pools. */
    private static Callers startReports(Source source, CountDownLatch partner) {
        return Callers.start("report", CAPACITY, () -> {
            try (Lease<Connection> lease = source.get()) {
                Database.query(lease.get());
                partner.await();
            }
        });
    }

    private static Callers startQueries(Source source) {
        return Callers.start("query", SHORT_CALLERS, () -> {
            try (Lease<Connection> lease = source.get()) {
                Database.query(lease.get());
            }
        });
    }

    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        hang(room, room.afterwards(new NaivePool(CAPACITY, database)));
        timeOut(room, open(room, database));
    }

    private static void hang(Room room, NaivePool pool) throws InterruptedException {
        CountDownLatch partner = new CountDownLatch(1);
        try (Callers reports = startReports(pool::take, partner)) {
            Patience.until(() -> pool.idle() == 0, Patience.LONG);
            try (Callers queries = startQueries(pool::take)) {
                Patience.until(() -> queries.blockedIn(ArrayBlockingQueue.class) == SHORT_CALLERS, Patience.LONG);
                long hanging = queries.blockedIn(ArrayBlockingQueue.class);
                int served = queries.served() + reports.served();
                room.see(
                        hanging == SHORT_CALLERS && served == 0,
                        "a queue as a pool: " + hanging + " callers are blocked in it without a limit, " + served
                                + " of " + CALLERS + " served");
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the program closes what it gets from its source
    private static void timeOut(Room room, Pool<Connection> pool) throws InterruptedException {
        CountDownLatch partner = new CountDownLatch(1);
        try (Callers reports = startReports(() -> room.here(pool).acquire(Patience.LONG), partner)) {
            Patience.until(() -> pool.stats().leased() == CAPACITY, Patience.LONG);
            try (PoolLease<Connection> none = pool.acquire(Duration.ofMillis(200))) {
                throw new IllegalStateException("there was one more: " + none);
            } catch (PoolTimeoutException expected) {
                room.refused(1, expected);
                room.see(reports.served() == 0, "a pool with time-outs: refused after 200 ms");
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the program closes what it gets from its source
    @Override
    public void fix(Room room) throws Exception {
        Pool<Connection> pool = open(room, room.afterwards(Database.start()));
        CountDownLatch partner = new CountDownLatch(1);
        try (Callers reports = startReports(() -> pool.acquire(Patience.LONG), partner)) {
            Patience.until(() -> pool.stats().leased() == CAPACITY, Patience.LONG);
            try (Callers queries = startQueries(() -> pool.acquire(Patience.LONG))) {
                Patience.until(() -> pool.stats().waiting() == SHORT_CALLERS, Patience.LONG);
                int waiting = pool.stats().waiting();
                pool.resize(ENOUGH);
                boolean served = queries.awaitAllServed();
                room.see(
                        !served,
                        waiting + " wait; resized to " + ENOUGH + " while they wait, " + queries.served()
                                + " are served and the reports still hold "
                                + pool.stats().leased());
            }
            partner.countDown();
            room.see(!reports.awaitAllServed(), "the partner answers, and so are " + reports.served() + " reports");
        }
        room.see(
                pool.stats().timeouts() != 0 || pool.stats().leased() != 0,
                "time-outs: " + pool.stats().timeouts());
    }

    private Pool<Connection> open(Room room, Database database) {
        return room.pool(Pool.builder(type())
                .capacity(CAPACITY)
                .allocator(database::connect)
                .build());
    }
}
