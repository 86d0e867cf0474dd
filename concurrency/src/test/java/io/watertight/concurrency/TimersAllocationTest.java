package io.watertight.concurrency;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimersAllocationTest {
    private static final int TIMER_BYTES = 48;
    private static final Duration HOUR = Duration.ofHours(1);

    /** Escapes, so that no compiler removes the handle. */
    static volatile Object sink;

    private static void nothing() {}

    @Test
    void scheduleAndCancelAllocateTheTimerOnly() {
        try (Timers timers = Timers.builder("allocation").maxPending(10).build()) {
            Allocations.assertAllocatesAtMost(TIMER_BYTES, AllocationMode.STEADY, () -> {
                TimerHandle timer = timers.schedule(HOUR, TimersAllocationTest::nothing);
                sink = timer;
                timer.cancel();
            });
        } finally {
            sink = null;
        }
    }
}
