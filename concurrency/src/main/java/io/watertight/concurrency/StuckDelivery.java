package io.watertight.concurrency;

import io.watertight.guards.internal.LibraryThreads;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the reports of one executor to the log and its listener, on a thread that is there while there are some; so who
 * scans waits for neither, and one listener not for that of another executor.
 */
final class StuckDelivery {
    /* All fields are guarded by `lock`, under which nothing is called but the start of the thread. */
    private static final Logger LOG = LoggerFactory.getLogger(CancellableExecutor.class);
    private static final int MOST_WAITING = 16;

    private final String name;
    private final @Nullable Consumer<? super StuckReport> listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<StuckReport> waiting = new ArrayDeque<>();
    private boolean running;
    private long dropped;

    StuckDelivery(String name, @Nullable Consumer<? super StuckReport> listener) {
        this.name = name;
        this.listener = listener;
    }

    /** Takes a report; drops it if the log or the listener does not come after. */
    void deliver(StuckReport report) {
        lock.lock();
        try {
            if (waiting.size() >= MOST_WAITING) {
                dropped++;
                return;
            }
            waiting.add(report);
            if (!running) {
                LibraryThreads.daemon("watertight-watchdog-" + name, this::run).start();
                running = true;
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (StuckReport report = next(); report != null; report = next()) {
            try {
                log(report);
                if (listener != null) {
                    listener.accept(report);
                }
            } catch (Throwable failure) {
                logFailure(failure);
            }
        }
    }

    private @Nullable StuckReport next() {
        lock.lock();
        try {
            StuckReport report = waiting.poll();
            running = report != null;
            return report;
        } finally {
            lock.unlock();
        }
    }

    private static void log(StuckReport report) {
        if (report.stack().isEmpty()) {
            LOG.warn("{}", report.message());
            return;
        }
        Throwable where = new Throwable("the stack of '" + report.thread() + "'");
        where.setStackTrace(report.stack().toArray(StackTraceElement[]::new));
        LOG.warn("{}", report.message(), where);
    }

    private void logFailure(Throwable failure) {
        try {
            LOG.warn("executor '{}': a report about a task could not be delivered", name, failure);
        } catch (Throwable again) {
            // Then there is nobody left to tell.
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }
}
