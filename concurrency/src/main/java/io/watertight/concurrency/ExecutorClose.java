package io.watertight.concurrency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bounded end of an executor: waits, cancels, waits again, and says how it went. */
final class ExecutorClose {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorClose.class);

    private final ExecutorCore core;
    private final long startNanos = System.nanoTime();
    private boolean interrupted;

    private ExecutorClose(ExecutorCore core) {
        this.core = core;
    }

    static ShutdownReport run(ExecutorCore core, ExecutorStats before) {
        ExecutorClose close = new ExecutorClose(core);
        try {
            boolean complete = close.end();
            ExecutorStats after = core.stats();
            return new ShutdownReport(
                    core.name(),
                    complete,
                    Duration.ofNanos(System.nanoTime() - close.startNanos),
                    after.completed() - before.completed(),
                    after.cancelled() - before.cancelled(),
                    complete ? List.of() : core.monitor.running());
        } finally {
            if (close.interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean end() {
        if (core.isOwnThread()) {
            return false; // it would wait for itself
        }
        if (await(core.settings.graceNanos())) {
            return true;
        }
        core.stop(
                true,
                new CancellationException("executor '" + core.name() + "' was closed, and this task had not ended"));
        return await(core.settings.cancelNanos());
    }

    /** Waits all the time, interrupted or not. */
    private boolean await(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; ; left = end - System.nanoTime()) {
            try {
                return core.awaitEnd(left);
            } catch (InterruptedException remembered) {
                interrupted = true;
            }
        }
    }

    /** Cancels tasks that will not run, and the futures among the commands. */
    static List<Runnable> handBack(List<TaskRecord<?>> waiting, Throwable cause) {
        List<Runnable> handedBack = new ArrayList<>(waiting.size());
        for (TaskRecord<?> task : waiting) {
            Object body = task instanceof CommandTask ? task.bodyNow() : task;
            if (task.cancel(false, cause) && body instanceof Runnable runnable) {
                handedBack.add(runnable);
                if (body != task) {
                    cancelIfFuture(body);
                }
            }
        }
        return handedBack;
    }

    /** A future of the user's may do anything when it is cancelled: a full queue of completed ones throws. */
    static void cancelIfFuture(Object body) {
        if (body instanceof Future<?> future) {
            try {
                future.cancel(false);
            } catch (Throwable failure) {
                LOG.warn(
                        "a future of {}, which will not run, failed when it was cancelled",
                        body.getClass().getName(),
                        failure);
            }
        }
    }
}
