package io.watertight.pools;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Somebody who waits without a thread: a future is completed by an executor of the user's. */
final class AsyncWaiter<T> extends Waiter implements Runnable {
    private final PoolCore<T> core;
    private final Executor executor;
    final CompletableFuture<PoolLease<T>> future = new CompletableFuture<>();
    private final long timeoutNanos;
    private final long startNanos;
    /** Out of the queue because the time was over: written under the core lock. */
    private volatile boolean timedOut;

    AsyncWaiter(PoolCore<T> core, int leasedAs, long timeoutNanos, Executor executor) {
        super(null, leasedAs);
        this.core = core;
        this.executor = executor;
        this.timeoutNanos = timeoutNanos;
        this.startNanos = core.books.ticker().nanos();
    }

    /** Under the core lock: whether it waits no longer. */
    boolean isOver(long now) {
        if (now - startNanos > timeoutNanos) {
            timedOut = true;
            return true;
        }
        return future.isDone();
    }

    @Override
    void wake() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException | OutOfMemoryError rejected) {
            core.giveUp(this);
            future.completeExceptionally(rejected);
        }
    }

    @Override
    public void run() {
        Slot slot = granted;
        if (slot != null) {
            deliver(slot);
        } else if (future.isDone()) {
            return; // cancelled
        } else if (timedOut) {
            core.counters.timeouts.incrementAndGet();
            future.completeExceptionally(TimeoutReport.exception(core, timeoutNanos));
        } else {
            future.completeExceptionally(core.closedException());
        }
    }

    private void deliver(Slot slot) {
        if (future.isDone()) { // cancelled
            core.untake(slot);
            return;
        }
        PoolLease<T> lease;
        try {
            lease = core.tracking.lease(slot);
            lease.handOver();
        } catch (Throwable failure) {
            future.completeExceptionally(failure);
            return;
        }
        if (!future.complete(lease)) {
            lease.close(); // cancelled meanwhile
        }
    }
}
