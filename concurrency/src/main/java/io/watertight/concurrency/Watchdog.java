package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import io.watertight.guards.internal.LibraryThreads;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The one thread that looks at the tasks of all executors that are watched. It is there while one of them has a thread, and
 * keeps none of them alive.
 */
final class Watchdog {
    /*
     * `watched` is replaced as a whole under `lock`, and read without it by who scans; so a scan takes no lock and meets each
     * executor that was there when it began, and one that came meanwhile wakes the thread. The thread ends under `lock` when it
     * finds none, and whoever adds one starts it under the same lock if there is none: there is always one, never two.
     *
     * Only the thread, or the test in its place, scans. Under `lock` nothing is called but the start of the thread. Nothing of
     * users runs on it: reports have threads of their own.
     */
    static final Watchdog SHARED = new Watchdog(
            Ticker.system(),
            body -> LibraryThreads.daemon("watertight-watchdog", body).start());

    private static final long LONGEST_NANOS = ExecutorWatch.LONGEST_PERIOD_NANOS;

    private final Ticker ticker;
    private final Consumer<Runnable> starter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final AtomicLong failures = new AtomicLong();
    private volatile List<Watched> watched = List.of();
    private boolean running;
    /** Set under `lock` by who adds one. */
    private boolean hurry;

    /** An executor, and when it is to be scanned. */
    private static final class Watched extends WeakReference<ExecutorWatch> {
        /** Written by who scans. */
        long dueNanos;

        Watched(ExecutorWatch watch, long dueNanos) {
            super(watch);
            this.dueNanos = dueNanos;
        }
    }

    Watchdog(Ticker ticker, Consumer<Runnable> starter) {
        this.ticker = ticker;
        this.starter = starter;
    }

    /** Adds an executor; throws if there is no thread, and none can be started. */
    void add(ExecutorWatch watch) {
        lock.lock();
        try {
            List<Watched> more = new ArrayList<>(watched.size() + 1);
            more.addAll(watched);
            more.add(new Watched(watch, ticker.nanos()));
            if (!running) {
                starter.accept(this::run);
                running = true;
            }
            watched = more;
            hurry = true;
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void remove(Watched gone) {
        lock.lock();
        try {
            List<Watched> fewer = new ArrayList<>(watched.size());
            for (Watched other : watched) {
                if (other != gone) {
                    fewer.add(other);
                }
            }
            watched = fewer;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long pause = 0;
        while (await(pause)) {
            try {
                pause = scan();
            } catch (Throwable failure) { // of a lack of memory, say; the next scan is another try
                failures.incrementAndGet();
                pause = LONGEST_NANOS;
            }
        }
    }

    /** Waits, without holding on to any executor; false if there is none, and this thread is to end. */
    private boolean await(long nanos) {
        long left = nanos;
        lock.lock();
        try {
            while (left > 0 && !hurry && !watched.isEmpty()) {
                try {
                    left = added.awaitNanos(left);
                } catch (InterruptedException byNobody) {
                    // Nobody else has this thread; it ends when there is nothing to watch.
                }
            }
            hurry = false;
            running = !watched.isEmpty();
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** Scans those that are due; returns how long to wait for the next. */
    long scan() {
        long now = ticker.nanos();
        long next = LONGEST_NANOS;
        List<Watched> all = watched;
        for (int i = 0; i < all.size(); i++) { // without an iterator, which would be garbage
            Watched one = all.get(i);
            ExecutorWatch watch = one.get();
            if (watch == null) {
                remove(one);
                continue;
            }
            if (one.dueNanos - now <= 0) {
                long pause = watch.scan(now);
                if (pause == ExecutorWatch.NOTHING_TO_WATCH) {
                    remove(one);
                    continue;
                }
                one.dueNanos = now + pause;
            }
            next = Math.min(next, one.dueNanos - now);
        }
        return next;
    }

    int watchedNow() {
        return watched.size();
    }

    boolean isRunning() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    long failures() {
        return failures.get();
    }
}
