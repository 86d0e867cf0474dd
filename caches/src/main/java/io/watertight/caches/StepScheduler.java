package io.watertight.caches;

import com.github.benmanes.caffeine.cache.Scheduler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has Caffeine's maintenance, which it schedules once at a time, run by the steps of the library: so that values which are not
 * asked for any more expire all the same, and no thread waits for that.
 */
final class StepScheduler implements Scheduler {
    private final io.watertight.guards.Ticker ticker;
    private final AtomicReference<@Nullable Due> next = new AtomicReference<>();

    StepScheduler(io.watertight.guards.Ticker ticker) {
        this.ticker = ticker;
    }

    /** What is to be run when. It is its own future, by which Caffeine takes it back. */
    private static final class Due extends CompletableFuture<@Nullable Void> {
        final Executor executor;
        final Runnable command;
        final long at;

        Due(Executor executor, Runnable command, long at) {
            this.executor = executor;
            this.command = command;
            this.at = at;
        }
    }

    @Override
    public Future<?> schedule(Executor executor, Runnable command, long delay, TimeUnit unit) {
        Due due = new Due(executor, command, ticker.nanos() + unit.toNanos(delay));
        next.set(due);
        return due;
    }

    /** Runs what is due. */
    void step() {
        Due due = next.get();
        if (due != null && ticker.nanos() - due.at >= 0 && next.compareAndSet(due, null) && due.complete(null)) {
            due.executor.execute(due.command);
        }
    }
}
