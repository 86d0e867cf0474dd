package io.watertight.concurrency;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a task run: as many as there are permits, one for each thread and each place in the queue. {@link ExecutorCore}
 * says when they come back.
 */
final class TaskAdmission {
    private static final String SHUT_DOWN = "it is shut down; submit earlier, or close it later";

    private final ExecutorCore core;
    private final ExecutorSettings settings;
    private final Semaphore permits;
    private final AtomicLong rejected = new AtomicLong();

    TaskAdmission(ExecutorCore core) {
        this.core = core;
        this.settings = core.settings;
        this.permits = new Semaphore(settings.threads() + settings.queue());
    }

    /** Takes a permit for one task; false if the caller is to run it. Throws if it is refused. */
    boolean admit(Object body) {
        if (core.phase() != ExecutorCore.OPEN) {
            throw refuse(body, SHUT_DOWN, null);
        }
        if (permits.tryAcquire()) {
            return true;
        }
        switch (settings.saturation()) {
            case CALLER_RUNS -> {
                return false;
            }
            case WAIT -> {
                if (awaitPermit(body)) {
                    return true;
                }
            }
            case REJECT -> {}
        }
        throw refuse(body, "no room for another task; tasks come faster than they end, or hang", null);
    }

    private boolean awaitPermit(Object body) {
        try {
            return permits.tryAcquire(settings.saturationNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw refuse(body, "interrupted while waiting for room", interrupted);
        }
    }

    void giveBack() {
        permits.release();
    }

    /** After a shutdown: those who wait for room go on, and see the phase; nobody counts permits any more. Once. */
    void letWaitersSee() {
        permits.release(Integer.MAX_VALUE / 2);
    }

    /** Refuses a task that was admitted, and then found a shutdown. */
    RejectedExecutionException takeBack(TaskRecord<?> task, Object body) {
        return takeBack(task, body, SHUT_DOWN, null);
    }

    /** Refuses a task that was admitted: it is cancelled with what is to be thrown, which gives its permit back. */
    RejectedExecutionException takeBack(TaskRecord<?> task, Object body, String why, @Nullable Throwable cause) {
        RejectedExecutionException refusal = refuse(body, why, cause);
        task.cancel(false, refusal);
        return refusal;
    }

    /** Counts a refusal, and ends the future that was to be run, if it is one. */
    private RejectedExecutionException refuse(Object body, String why, @Nullable Throwable cause) {
        rejected.incrementAndGet();
        ExecutorClose.cancelIfFuture(body);
        ExecutorStats stats = core.stats();
        return new RejectedExecutionException(
                "executor '" + settings.name() + "': " + why + " (threads=" + stats.threads() + " of "
                        + settings.threads()
                        + ", running=" + stats.running() + ", queued=" + stats.queued() + ", room="
                        + (settings.threads() + settings.queue()) + ")",
                cause);
    }

    long rejected() {
        return rejected.get();
    }
}
