package io.watertight.examples;

import io.watertight.concurrency.CancellableExecutor;
import io.watertight.guards.Guard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A login that takes longer than its caller waits, and then brings a connection that nobody gets. */
final class LateConnectionWard implements Ward {
    private static final Duration TIMEOUT = Duration.ofMillis(50);

    @Override
    public String pattern() {
        return "connection returned after the time-out";
    }

    @Override
    public String story() {
        return "A caller waits 50 ms for a connection and cancels; then the login succeeds.";
    }

    @Override
    public String type() {
        return "late connection";
    }

    /** A login that no interrupt wakes, as those over a network are. */
    private static final class Login {
        private final Room room;
        private final Database database;
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch answered = new CountDownLatch(1);

        Login(Room room, Database database) {
            this.room = room;
            this.database = database;
        }

        @SuppressWarnings("MustBeClosedChecker") // belongs to who gets it
        Guard<Connection> run() throws SQLException {
            return room.here().open(database.connect(this::awaitAnswer));
        }

        private void awaitAnswer() {
            begun.countDown();
            boolean interrupted = false;
            while (answered.getCount() > 0) {
                try {
                    answered.await();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** What its caller does: all that can be done with a future. */
        void awaitInVain(Future<Guard<Connection>> login) throws InterruptedException, ExecutionException {
            begun.await();
            try (Guard<Connection> early = login.get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("there was an answer: " + early);
            } catch (TimeoutException expected) {
                login.cancel(true);
            } finally {
                answered.countDown();
            }
        }
    }

    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        Login login = new Login(room, database);
        ExecutorService logins = Executors.newSingleThreadExecutor();
        try {
            login.awaitInVain(logins.submit(login::run));
        } finally {
            logins.shutdown();
        }
        logins.awaitTermination(Patience.LONG.toNanos(), TimeUnit.NANOSECONDS);
        Patience.collect();
        int left = database.sessions();
        room.see(
                database.opened() == 1 && left == 1,
                "a future of the JDK: timed out and cancelled; connections left open: " + left);
    }

    @Override
    public void fix(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        Login login = new Login(room, database);
        try (CancellableExecutor logins =
                CancellableExecutor.builder("logins").threads(1).queue(1).build()) {
            login.awaitInVain(logins.submit(login::run).onLate(Guard::close));
        }
        int left = database.sessions();
        room.see(
                database.opened() != 1 || left != 0,
                "a task with onLate: the late connection was opened and closed; connections left open: " + left);
    }
}
