package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Everything at once: users submit, wait and cancel, somebody interrupts them, and somebody ends the executor. Then every future
 * has come to an end; run, cancelled and refused make up what was submitted; no task saw an interrupt that was not its own; and
 * no user missed one. An executor that goes on has room for as many tasks as at first: no place was lost, or given back twice.
 */
final class ExecutorStress {
    private static final int USERS = 3;
    private static final int EACH = 20_000;
    private static final long MOST_MILLIS = 60_000;

    /** How a round ends for those who still submit. */
    private enum End {
        AFTERWARDS,
        SHUTDOWN,
        SHUTDOWN_NOW,
        CLOSE
    }

    private final ExecutorBuilder builder;
    private final long seed;
    private final CountDownLatch amidst = new CountDownLatch(1);
    private final AtomicLong submitted = new AtomicLong();
    private final AtomicLong ran = new AtomicLong();
    private final AtomicLong ranHere = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong strayInterrupts = new AtomicLong();
    private final AtomicLong cancelled = new AtomicLong();

    private ExecutorStress(ExecutorBuilder builder, long seed) {
        this.builder = builder;
        this.seed = seed;
    }

    /** Runs as many rounds as have that many operations together; returns how many tasks were cancelled. */
    static long run(ExecutorBuilder builder, long operations, long seed) throws InterruptedException {
        return run(builder, operations, 0, seed);
    }

    /** Runs rounds until so many tasks were cancelled. */
    static void runUntilCancelled(ExecutorBuilder builder, long cancels, long seed) throws InterruptedException {
        run(builder, 0, cancels, seed);
    }

    private static long run(ExecutorBuilder builder, long operations, long cancels, long seed)
            throws InterruptedException {
        long cancelled = 0;
        for (long done = 0, round = 0; done < operations || cancelled < cancels; done += (long) USERS * EACH, round++) {
            ExecutorStress stress = new ExecutorStress(builder, seed + round);
            stress.round(End.values()[(int) (round % End.values().length)]);
            cancelled += stress.cancelled.get();
        }
        return cancelled;
    }

    private void round(End end) throws InterruptedException {
        CancellableExecutor executor = builder.build();
        List<User> users = new ArrayList<>();
        for (int i = 0; i < USERS; i++) {
            users.add(new User(executor, new SplittableRandom(seed * USERS + i)));
        }
        users.forEach(user -> user.thread.start());
        Thread disturber = new Thread(() -> users.forEach(User::interruptNowAndThen), "disturber");
        disturber.start();
        amidst.await();
        switch (end) {
            case SHUTDOWN -> executor.shutdown();
            case SHUTDOWN_NOW -> executor.shutdownNow();
            case CLOSE -> executor.close();
            case AFTERWARDS -> {}
        }
        for (User user : users) {
            user.thread.join();
        }
        disturber.join();
        if (end == End.AFTERWARDS && builder.settings().saturation() == SaturationPolicy.REJECT) {
            checkRoom(executor, users);
        }
        executor.close();
        check(executor, users);
    }

    /** Fills the executor, which has nothing to do when the tasks of all users have ended. */
    private void checkRoom(CancellableExecutor executor, List<User> users) throws InterruptedException {
        for (User user : users) {
            for (Task<?> task : user.tasks) {
                assertThat(task.awaitTerminated(Duration.ofSeconds(30))).isTrue();
            }
        }
        int room = builder.settings().threads() + builder.settings().queue();
        CountDownLatch goOn = new CountDownLatch(1);
        int admitted = 0;
        try {
            while (admitted <= room) {
                executor.submit(token -> {
                    ran.incrementAndGet();
                    goOn.await();
                    return token;
                });
                admitted++;
            }
        } catch (RejectedExecutionException full) {
            refused.incrementAndGet();
        } finally {
            goOn.countDown();
        }
        submitted.addAndGet(admitted);
        assertThat(admitted).as("tasks there is room for").isEqualTo(room);
    }

    private void check(CancellableExecutor executor, List<User> users) throws InterruptedException {
        ShutdownReport report = executor.report();
        assertThat(report).isNotNull();
        assertThat(executor.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        for (User user : users) {
            assertThat(user.tasks).allMatch(Task::isTerminated);
            assertThat(user.seen).as("interrupts that %s saw", user.thread).hasValue(user.sent);
        }
        ExecutorStats stats = executor.stats();
        assertThat(stats.queued() + stats.running() + stats.threads()).isZero();
        assertThat(stats.completed()).isEqualTo(ran.get());
        assertThat(stats.completed() + stats.cancelled() + ranHere.get()).isEqualTo(submitted.get());
        assertThat(stats.rejected()).isEqualTo(refused.get());
        assertThat(strayInterrupts).hasValue(0);
    }

    /** Does what users do, in an order that the seed gives. */
    private final class User {
        final CancellableExecutor executor;
        final SplittableRandom random;
        final List<Task<?>> tasks = new ArrayList<>();
        final Thread thread = new Thread(this::use, "user");
        final Object lock = new Object();
        boolean finished;
        long sent;
        final AtomicLong seen = new AtomicLong();

        User(CancellableExecutor executor, SplittableRandom random) {
            this.executor = executor;
            this.random = random;
        }

        void use() {
            for (int i = 0; i < EACH; i++) {
                if (i == EACH / 4) {
                    amidst.countDown();
                }
                try {
                    operate(random.nextInt(16));
                } catch (InterruptedException interrupted) {
                    seen.incrementAndGet();
                } catch (RejectedExecutionException full) {
                    refused.incrementAndGet();
                }
                if (Thread.interrupted()) {
                    seen.incrementAndGet();
                }
            }
            synchronized (lock) {
                finished = true;
                if (Thread.interrupted()) {
                    seen.incrementAndGet();
                }
            }
        }

        private void operate(int what) throws InterruptedException {
            if (what < 8 || tasks.isEmpty()) {
                int spin = random.nextInt(200);
                tasks.add(executor.submit(token -> work(token, spin)));
                submitted.incrementAndGet();
            } else if (what < 14) {
                Task<?> recent = tasks.get(Math.max(0, tasks.size() - 1 - random.nextInt(30)));
                if (recent.cancel(what < 12)) {
                    cancelled.incrementAndGet();
                }
            } else {
                await(tasks.get(tasks.size() - 1), what == 14);
            }
        }

        private void await(Task<?> task, boolean outcome) throws InterruptedException {
            try {
                if (outcome) {
                    task.get(1, TimeUnit.MILLISECONDS);
                } else {
                    task.awaitTerminated(Duration.ofMillis(1));
                }
            } catch (CancellationException | TimeoutException asMayBe) {
                assertThat(task.isDone() || asMayBe instanceof TimeoutException).isTrue();
            } catch (ExecutionException impossible) {
                throw new AssertionError(impossible);
            }
        }

        /** One interrupt after another, each when the one before was seen. */
        void interruptNowAndThen() {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
            while (true) {
                synchronized (lock) {
                    if (finished) {
                        return;
                    }
                    thread.interrupt();
                    sent++;
                }
                while (seen.get() < sent) {
                    assertThat(end - System.nanoTime())
                            .as("time to see an interrupt")
                            .isPositive();
                    Thread.onSpinWait();
                }
            }
        }
    }

    /** An interrupt is stray if the task that sees it was not cancelled, and does not run on a user's thread. */
    private Object work(CancelToken token, int spin) {
        boolean here = Thread.currentThread().getName().equals("user");
        (here ? ranHere : ran).incrementAndGet();
        boolean interrupted = Thread.currentThread().isInterrupted();
        for (int i = 0; i < spin; i++) {
            if (Thread.currentThread().isInterrupted()) {
                interrupted = true;
            }
        }
        if (interrupted && !here && !token.isCancelled()) {
            strayInterrupts.incrementAndGet();
        }
        return interrupted;
    }
}
