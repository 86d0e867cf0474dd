package io.watertight.examples;

import io.watertight.concurrency.CancellableExecutor;
import io.watertight.guards.Evidence;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetectorBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Callers who wait for tasks that were queued when their executor was shut down at once. */
final class ShutdownNowWard implements Ward {
    private static final int CALLERS = 8;

    @Override
    public String pattern() {
        return "futures lost in shutdownNow";
    }

    @Override
    public String story() {
        return "Eight callers hold a connection each and wait for queued tasks; the executor is shut down at once.";
    }

    @Override
    public String type() {
        return "connection of a waiting caller";
    }

    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit);
    }

    /** The report must show the holder waiting for its future. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.holderNow().stream()
                .anyMatch(frame -> frame.getClassName().equals(FutureTask.class.getName())
                        && frame.getMethodName().equals("get"));
    }

    @Override
    public void leak(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        ExecutorService executor = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new ArrayBlockingQueue<>(CALLERS));
        Callers callers = room.afterwards(shutDownWhileTheyWait(room, database, executor));
        Patience.until(() -> callers.blockedIn(FutureTask.class) == CALLERS, Patience.LONG);
        long waiting = callers.blockedIn(FutureTask.class);
        room.see(
                executor.isTerminated() && waiting == CALLERS && callers.served() == 0,
                "the executor has terminated, and " + waiting + " callers wait for ever, with " + database.sessions()
                        + " connections");
    }

    @Override
    public void fix(Room room) throws Exception {
        Database database = room.afterwards(Database.start());
        try (CancellableExecutor executor = CancellableExecutor.builder("answers")
                        .threads(1)
                        .queue(CALLERS)
                        .build();
                Callers callers = shutDownWhileTheyWait(room, database, executor)) {
            boolean told = callers.awaitAllServed();
            int held = database.sessions();
            room.see(
                    !told || held != 0 || !executor.isTerminated(),
                    "the executor has terminated, " + callers.served() + " callers were told so, and hold " + held
                            + " connections");
        }
    }

    /** The program: the same for both executors. */
    private static Callers shutDownWhileTheyWait(Room room, Database database, ExecutorService executor)
            throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        executor.execute(() -> occupy(busy));
        busy.await();
        Queue<Future<String>> queued = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < CALLERS; i++) {
            queued.add(executor.submit(() -> "answer"));
        }
        Callers callers = Callers.start("clinic-caller", CALLERS, () -> {
            Future<String> answer = queued.remove();
            try (Guard<Connection> connection = room.here().open(database.connect())) {
                answer.get();
                Database.query(connection.get());
            } catch (CancellationException told) {
                // There will be no answer, and the connection is closed.
            }
        });
        if (!Patience.until(() -> queued.isEmpty() && sessions(database) == CALLERS, Patience.LONG)) {
            throw new IllegalStateException("the callers do not come");
        }
        executor.shutdownNow();
        executor.awaitTermination(Patience.LONG.toNanos(), TimeUnit.NANOSECONDS);
        return callers;
    }

    private static void occupy(CountDownLatch busy) {
        busy.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static int sessions(Database database) {
        try {
            return database.sessions();
        } catch (SQLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
