package io.watertight.pools;

import java.time.Duration;
import java.util.List;

/** What a pool says of itself, and how one waits for what becomes of it. */
final class PoolMonitor {
    private final PoolCore<?> core;

    PoolMonitor(PoolCore<?> core) {
        this.core = core;
    }

    /** Waits until the prefill is there. */
    void awaitPrefill(long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        boolean ready;
        core.lock.lockInterruptibly();
        try {
            while (!isPrefilled() && left > 0) {
                core.dispatcher.checkOpen();
                left = core.changed.awaitNanos(left);
            }
            ready = isPrefilled();
        } finally {
            core.lock.unlock();
        }
        if (!ready) {
            throw TimeoutReport.exception(core, timeoutNanos);
        }
    }

    private boolean isPrefilled() {
        return core.dispatcher.alive() - core.dispatcher.creating() - core.dispatcher.ending()
                >= Math.min(core.settings.prefill, core.dispatcher.target());
    }

    /** Waits for the end of all objects, or of those that nobody holds. */
    DrainReport awaitGone(long timeoutNanos, boolean leasedToo) throws InterruptedException {
        long left = timeoutNanos;
        core.lock.lockInterruptibly();
        try {
            while (!isGone(leasedToo) && left > 0) {
                left = core.changed.awaitNanos(left);
            }
            List<PoolHolder> survivors = core.scan.holders();
            return new DrainReport(
                    core.settings.name,
                    core.dispatcher.alive() == 0,
                    Duration.ofNanos(timeoutNanos - left),
                    survivors,
                    Math.max(0, core.dispatcher.alive() - survivors.size()));
        } finally {
            core.lock.unlock();
        }
    }

    private boolean isGone(boolean leasedToo) {
        int alive = core.dispatcher.alive();
        return alive == 0 ? core.dispatcher.isEnded() : !leasedToo && alive <= leased();
    }

    private int leased() {
        return core.table.count(Slot.LEASED) + core.table.count(Slot.RETURNING);
    }

    PoolStats stats() {
        core.lock.lock();
        try {
            long ended = 0;
            for (Slot slot : core.table.slotsAcquire()) {
                ended += Slot.generationOf(slot.stateVolatile()) - 1;
            }
            return new PoolStats(
                    core.dispatcher.target(),
                    core.dispatcher.alive(),
                    core.table.count(Slot.FREE),
                    core.table.count(Slot.LEASED),
                    core.dispatcher.waiting(),
                    core.dispatcher.creating(),
                    core.workers.hung(),
                    core.table.count(Slot.LOST),
                    ended,
                    core.counters.created.get(),
                    core.counters.createFailures.get(),
                    core.counters.timeouts.get(),
                    core.counters.leaked.get(),
                    core.counters.abandoned.get(),
                    core.counters.overdue.get(),
                    core.counters.redundantCloses.get(),
                    core.counters.detached.get(),
                    core.upkeep.dirtyReturns.get(),
                    core.counters.destroyed());
        } finally {
            core.lock.unlock();
        }
    }
}
