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
 * A wheel is closed while its thread begins to sleep until a timer far ahead. The thread sees that, or is woken, and cancels
 * what is left.
 *
 * <p>Results: whether everything adds up, and whether the timer is pending.
 */
@JCStressTest
@Outcome(id = "sound, false", expect = ACCEPTABLE, desc = "Cancelled, and the thread ended.")
@Outcome(expect = FORBIDDEN, desc = "The thread of a closed wheel sleeps on, or a timer is left.")
@State
public class TimerWheelCloseTurnJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(100);

    public TimerWheelCloseTurnJcstress() {
        timers.turn();
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
        r.r1 = timers.audit(timer);
        r.r2 = timer.isPending();
    }

    /** Looks whether the thread sleeps before it says that the wheel is closed. */
    @JCStressTest
    @JCStressMeta(TimerWheelCloseTurnJcstress.class)
    @State
    public static class BrokenLookFirst {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(100);

        public BrokenLookFirst() {
            timers.turn();
        }

        @Actor
        public void wheel() {
            timers.turnOn();
        }

        @Actor
        public void closer() {
            boolean asleep = timers.turning() == TimerWheel.ASLEEP;
            timers.dawdle();
            timers.setClosedVolatile();
            if (asleep) {
                timers.wheel.wake();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = timers.audit(timer);
            r.r2 = timer.isPending();
        }
    }
}
