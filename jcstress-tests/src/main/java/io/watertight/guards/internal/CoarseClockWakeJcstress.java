package io.watertight.guards.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A machine wakes up after ten seconds of sleep, and two threads read the clock: one of them is the waker, the other
 * one drives the clock by hand, say. The gap is left out once, whoever finds it.
 *
 * <p>Results: the tick that each of them gets; the tick afterwards.
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "One tick of the ten seconds is counted.")
@Outcome(expect = FORBIDDEN, desc = "The gap was counted, or was left out twice, and the clock went back.")
@State
public class CoarseClockWakeJcstress {
    private static final long SLEPT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private volatile long now;
    private final CoarseClock clock = new CoarseClock(() -> now);

    public CoarseClockWakeJcstress() {
        now = SLEPT_NANOS;
    }

    @Actor
    public void first(III_Result r) {
        r.r1 = clock.wake();
    }

    @Actor
    public void second(III_Result r) {
        r.r2 = clock.wake();
    }

    @Arbiter
    public void arbiter(III_Result r) {
        r.r3 = clock.tick();
    }

    /** The same without the lock of the writers. */
    @JCStressTest
    @JCStressMeta(CoarseClockWakeJcstress.class)
    @State
    public static class BrokenUnlockedWriters {
        private volatile long lastWake;
        private volatile long uncounted;
        private volatile int tick;

        @Actor
        public void first(III_Result r) {
            r.r1 = wake();
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = wake();
        }

        private int wake() {
            if (SLEPT_NANOS - lastWake > TimeUnit.SECONDS.toNanos(1)) {
                uncounted += SLEPT_NANOS - lastWake - CoarseClock.TICK_NANOS;
            }
            lastWake = SLEPT_NANOS;
            tick = (int) ((SLEPT_NANOS - uncounted) / CoarseClock.TICK_NANOS);
            return tick;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = tick;
        }
    }
}
