package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A wheel is closed while its thread ends because the wheel was empty for long. One of the two clears it, and tells that it has
 * ended.
 *
 * <p>Results: whether everything adds up, and whether the end was told.
 */
@JCStressTest
@Outcome(id = "sound, true", expect = ACCEPTABLE, desc = "Closed, and told.")
@Outcome(expect = FORBIDDEN, desc = "Each left it to the other.")
@State
public class TimerWheelCloseIdleJcstress {
    private final TimerFixture timers = new TimerFixture();

    public TimerWheelCloseIdleJcstress() {
        timers.makeIdle();
    }

    @Actor
    public void wheel() {
        timers.turnOn();
    }

    @Actor
    public void closer() {
        timers.wheel.close();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = timers.audit(null);
        r.r2 = timers.ends.get() > 0;
    }

    /** Does not look again after it found that a thread turns. */
    @JCStressTest
    @JCStressMeta(TimerWheelCloseIdleJcstress.class)
    @State
    public static class BrokenLeftToTheThread {
        private final TimerFixture timers = new TimerFixture();

        public BrokenLeftToTheThread() {
            timers.makeIdle();
        }

        @Actor
        public void wheel() {
            timers.turnOn();
        }

        @Actor
        public void closer() {
            boolean turned = timers.turning() != TimerWheel.NOBODY;
            timers.dawdle();
            if (turned) {
                timers.setClosedVolatile();
            } else {
                timers.wheel.close();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = timers.audit(null);
            r.r2 = timers.ends.get() > 0;
        }
    }
}
