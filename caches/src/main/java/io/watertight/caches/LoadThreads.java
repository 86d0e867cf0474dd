package io.watertight.caches;

import io.watertight.guards.internal.LibraryThreads;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a cache that was given none to load on: one for each load. The places of {@link Loads} bound them: so many work,
 * and a few more are about to be idle.
 */
final class LoadThreads implements Executor {
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final ThreadPoolExecutor threads;

    LoadThreads(String cacheName) {
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE.toNanos(),
                TimeUnit.NANOSECONDS,
                new SynchronousQueue<>(),
                body -> LibraryThreads.daemon("watertight-cache-" + cacheName + "-load", body));
    }

    @Override
    public void execute(Runnable load) {
        threads.execute(load);
    }

    /** Lets those that work end, and accepts nothing more. */
    void shutdown() {
        threads.shutdown();
    }
}
