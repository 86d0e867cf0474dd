package io.watertight.examples;

import io.watertight.concurrency.CancellableExecutor;
import io.watertight.concurrency.CancellableTask;
import io.watertight.concurrency.Deadline;
import io.watertight.concurrency.Task;
import io.watertight.guards.Guard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
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
    private static Connection connect(Database database, CountDownLatch answer) throws SQLException {
        return database.connect(() -> {
            boolean interrupted = false;
            while (answer.getCount() > 0) {
                try {
                    answer.await();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** The program: the same for both executors. */
    @SuppressWarnings("MustBeClosedChecker") // belongs to who gets it
    private static Guard<Connection> logIn(Room room, Database database, CountDownLatch answer) throws SQLException {
        return room.here().open(connect(database, answer));
    }

    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        waitInVain(room, database);
        Patience.collect();
        int left = database.sessions();
        room.see(
                database.opened() == 1 && left == 1,
                "a future of the JDK: timed out and cancelled; connections left open: " + left);
    }

    /** Does all that can be done with a future. */
    private static void waitInVain(Room room, Database database) throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<Guard<Connection>> login = executor.submit(() -> logIn(room, database, answer));
        try {
            login.get(TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
            throw new IllegalStateException("there was an answer");
        } catch (TimeoutException expected) {
            login.cancel(true);
        } finally {
            answer.countDown();
            executor.shutdown();
            executor.awaitTermination(Patience.LONG.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void fix(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        CountDownLatch answer = new CountDownLatch(1);
        try (CancellableExecutor logins =
                CancellableExecutor.builder("logins").threads(1).queue(1).build()) {
            CancellableTask<Guard<Connection>> login = token -> logIn(room, database, answer);
            Task<Guard<Connection>> task =
                    logins.submit(login, Deadline.after(TIMEOUT)).onLate(Guard::close);
            boolean timedOut = isTimedOut(task);
            answer.countDown();
            boolean ended = task.awaitTerminated(Patience.LONG);
            int left = database.sessions();
            room.see(
                    !timedOut || !ended || database.opened() != 1 || left != 0,
                    "a task with a deadline and onLate: the late connection was opened and closed; left open: " + left);
        }
    }

    private static boolean isTimedOut(Task<Guard<Connection>> task) throws Exception {
        try (Guard<Connection> early = task.get()) {
            throw new IllegalStateException("there was an answer: " + early);
        } catch (CancellationException expected) {
            return expected.getCause() instanceof TimeoutException;
        }
    }
}
