package io.watertight.testing;

import io.watertight.guards.Watertight;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long something may take to end by itself, in all: asks again and again, first after a microsecond, then ever more
 * rarely, down to ten times a second.
 */
final class GraceTime {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long totalNanos;
    private final long start = System.nanoTime();
    private boolean collected;

    GraceTime(Duration total) {
        this.totalNanos = total.toNanos();
    }

    /** Waits until nothing is left or the time is over. */
    void await(BooleanSupplier isNothingLeft) {
        awaitAtMost(totalNanos, isNothingLeft);
    }

    /** The same, but not longer than so many nanoseconds from the start; an interrupt ends it early and is kept. */
    void awaitAtMost(long nanos, BooleanSupplier isNothingLeft) {
        long limit = Math.min(nanos, totalNanos);
        long pause = FIRST_PAUSE_NANOS;
        while (!isNothingLeft.getAsBoolean()) {
            long left = limit - (System.nanoTime() - start);
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return;
            }
            LockSupport.parkNanos(this, Math.min(pause, left));
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    /**
     * The same as {@link #await}, and asks the garbage collector once, after a tenth of the time: what was dropped never
     * ends by itself, and is proven to be a leak then.
     */
    void awaitAndCollect(BooleanSupplier isNothingLeft) {
        awaitAtMost(totalNanos / 10, isNothingLeft);
        if (!isNothingLeft.getAsBoolean()) {
            if (!collected) {
                collected = true;
                GcBarrier.await();
                Watertight.pump();
            }
            await(isNothingLeft);
        }
    }
}
