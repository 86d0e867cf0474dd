package io.watertight.testing;

import io.watertight.guards.Watertight;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * How long something may take to end by itself: asks again and again, first after a microsecond, then ever more rarely up
 * to ten times a second; after a tenth of the time it asks the garbage collector once as well, because what was dropped
 * never ends by itself.
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

    /** Waits until nothing is left or the time is over; an interrupt ends it early and is kept. */
    void await(BooleanSupplier isNothingLeft) {
        long pause = FIRST_PAUSE_NANOS;
        while (!isNothingLeft.getAsBoolean()) {
            long spent = System.nanoTime() - start;
            if (spent >= totalNanos || Thread.currentThread().isInterrupted()) {
                collectOnce();
                return;
            }
            if (spent >= totalNanos / 10) {
                collectOnce();
            }
            LockSupport.parkNanos(this, Math.min(pause, totalNanos - spent));
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    /** On suspicion only: what is dropped becomes GC-proven. */
    private void collectOnce() {
        if (!collected) {
            collected = true;
            GcBarrier.await();
            Watertight.pump();
        }
    }
}
