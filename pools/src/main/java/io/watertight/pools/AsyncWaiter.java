package io.watertight.pools;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Somebody who waits without a thread: a future is completed by an executor of the user's. */
final class AsyncWaiter<T> extends Waiter implements Runnable {
    private final PoolCore<T> core;
    private final Executor executor;
    final CompletableFuture<PoolLease<T>> future = new CompletableFuture<>();
    private final long timeoutNanos;
    private final long startNanos;
    /** Out of the queue because the time was over: written under the core lock. */
    private volatile boolean timedOut;
    /** Of who sees to what was granted: the task, or who could not have it run. An executor may both take and reject it. */
    private final AtomicBoolean seenTo = new AtomicBoolean();
    /** What was granted, until it is the future's. */
    private volatile @Nullable PoolLease<T> lease;

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
            Slot slot = granted;
            if (slot != null) {
                // Before the task is given away: if the executor forgets it, the lease is found to be dropped.
                PoolLease<T> made = core.tracking.lease(slot);
                lease = made;
                made.handOver();
            }
            executor.execute(this);
        } catch (Throwable rejected) { // whatever an executor throws must not reach who gave the object back
            if (seenTo.compareAndSet(false, true)) {
                giveBack();
            }
            future.completeExceptionally(rejected);
        }
    }

    @Override
    public void run() {
        if (granted != null) {
            if (seenTo.compareAndSet(false, true)) {
                deliver();
            }
        } else if (future.isDone()) {
            return; // cancelled
        } else if (timedOut) {
            core.counters.timeouts.incrementAndGet();
            future.completeExceptionally(TimeoutReport.exception(core, timeoutNanos));
        } else {
            future.completeExceptionally(core.closedException());
        }
    }

    private void deliver() {
        PoolLease<T> mine = lease;
        if (mine == null || !future.complete(mine)) {
            giveBack(); // cancelled
        }
        lease = null;
    }

    private void giveBack() {
        PoolLease<T> mine = lease;
        if (mine != null) {
            mine.close();
        }
        lease = null;
    }
}
