package io.watertight.caches;

import io.watertight.guards.internal.LibraryThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One call of a {@link CacheLoader}: from when it is given to an executor until the loader has returned. */
final class LoadRun<K, V, E> implements CacheLoad, Runnable {
    /*
     * All that is not final is guarded by `lock`, under which nothing is called but Thread.interrupt. So an interrupt reaches
     * the loader of this run or nobody: after the loader has returned, `runner` is null before the lock is left.
     *
     * `runner` is volatile, for it is also read without the lock: an interrupt closes the channel that its thread reads, and so
     * may take long. Racy: a thread asks whether it is the runner itself, and finds what it wrote.
     */
    private final Loads<K, V, E> loads;
    final K key;
    private final CacheLoader<? super K, ? extends V> loader;
    final Flight<E> flight;
    final long deadline;
    /** How things stood with the key before this began. */
    final int stamp;

    private final ReentrantLock lock = new ReentrantLock();
    private final List<AutoCloseable> closeOnCancel = new ArrayList<>(0);
    private volatile @Nullable Thread runner;
    private boolean begun;
    private boolean cancelled;
    private boolean interrupted;
    private long timeToLiveNanos;
    /** Whether there is an entry, which has the place that was reserved for it. Only its own thread uses it. */
    boolean adopted;

    /** The run that the loader of this one waits for; guarded by the lock of {@link Loads}. */
    @Nullable
    LoadRun<?, ?, ?> waitsFor;

    LoadRun(
            Loads<K, V, E> loads,
            K key,
            CacheLoader<? super K, ? extends V> loader,
            Flight<E> flight,
            long deadline,
            int stamp) {
        this.loads = loads;
        this.key = key;
        this.loader = loader;
        this.flight = flight;
        this.deadline = deadline;
        this.stamp = stamp;
    }

    @Override
    public void run() {
        try {
            if (begin()) {
                V value = null;
                Throwable failure = null;
                try {
                    value = loader.load(key, this);
                } catch (Throwable thrown) {
                    failure = thrown;
                }
                end();
                loads.ended(this, value, failure);
            }
        } finally {
            loads.gone(this);
        }
    }

    private boolean begin() {
        lock.lock();
        try {
            if (!cancelled) {
                begun = true;
                runner = Thread.currentThread();
            }
            return !cancelled;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            runner = null;
            if (interrupted) {
                Thread.interrupted(); // ours; one that came from elsewhere stays
            }
        } finally {
            lock.unlock();
        }
    }

    /** By the flight, once: interrupts the loader, if it runs, and closes what it wants closed then. */
    void cancel() {
        List<AutoCloseable> toClose;
        boolean neverBegins;
        lock.lock();
        try {
            cancelled = true;
            neverBegins = !begun;
            toClose = List.copyOf(closeOnCancel);
            Thread running = runner;
            if (running != null) {
                interrupted = true;
                running.interrupt();
            }
        } finally {
            lock.unlock();
        }
        if (neverBegins) {
            loads.gone(this); // now: the executor may have lost it
        }
        if (!toClose.isEmpty()) {
            closeInBackground(toClose);
        }
    }

    /** On a thread of its own: those of the executor may all hang in what is woken by this. */
    private void closeInBackground(List<AutoCloseable> resources) {
        Runnable closing = () -> resources.forEach(LoadRun::closeQuietly);
        try {
            LibraryThreads.daemon("watertight-cache-" + loads.name + "-cancel", closing)
                    .start();
        } catch (Throwable noThread) {
            closing.run();
        }
    }

    static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Throwable ignored) {
            // It is closed to wake somebody, or because nobody wants it; what it was for has failed anyway.
        }
    }

    boolean isRunBy(Thread thread) {
        return runner == thread;
    }

    /** By who could not have it run: it never will; false if it does. */
    boolean refuse() {
        lock.lock();
        try {
            cancelled |= !begun;
            return !begun;
        } finally {
            lock.unlock();
        }
    }

    /** What the loader said; 0 if it said nothing. */
    long timeToLiveNanos() {
        lock.lock();
        try {
            return timeToLiveNanos;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, deadline - loads.ticker.nanos()));
    }

    @Override
    public void closeOnCancel(AutoCloseable resource) {
        Objects.requireNonNull(resource, "resource");
        boolean now;
        lock.lock();
        try {
            now = cancelled;
            if (!now) {
                closeOnCancel.add(resource);
            }
        } finally {
            lock.unlock();
        }
        if (now) {
            closeQuietly(resource);
        }
    }

    @Override
    public void timeToLive(Duration timeToLive) {
        long nanos = loads.host.checkTimeToLive(timeToLive);
        lock.lock();
        try {
            timeToLiveNanos = nanos;
        } finally {
            lock.unlock();
        }
    }
}
