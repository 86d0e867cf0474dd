package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;

/** Keeps what walking stacks costs under half a percent of one core: a bucket of nanoseconds, refilled by the tick. */
final class CaptureBudget {
    private static final long REFILL_NANOS_PER_TICK = CoarseClock.TICK_NANOS / 200;
    private static final long BUCKET_NANOS = 20 * REFILL_NANOS_PER_TICK;

    private final CoarseClock clock;
    private long credit = BUCKET_NANOS;
    private int filledAt;
    private long spent;

    CaptureBudget(CoarseClock clock) {
        this.clock = clock;
        this.filledAt = clock.tick();
    }

    synchronized boolean allows() {
        refill();
        return credit > 0;
    }

    synchronized boolean isFull() {
        refill();
        return credit > BUCKET_NANOS / 2;
    }

    synchronized void spend(long nanos) {
        credit -= nanos;
        spent += nanos;
    }

    /** All the time that went into walking stacks. */
    synchronized long spentNanos() {
        return spent;
    }

    private void refill() {
        int now = clock.tick();
        if (now != filledAt) {
            credit = Math.min(BUCKET_NANOS, credit + (now - filledAt) * REFILL_NANOS_PER_TICK);
            filledAt = now;
        }
    }
}
