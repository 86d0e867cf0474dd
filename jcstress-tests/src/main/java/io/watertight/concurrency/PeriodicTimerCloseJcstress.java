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
 * A wheel is closed, and cleared by its thread, while a periodic timer runs and goes back to it. The timer is cancelled by one
 * of the two.
 *
 * <p>Results: whether everything adds up, and whether the timer is pending.
 */
@JCStressTest
@Outcome(id = "sound, false", expect = ACCEPTABLE, desc = "Cancelled.")
@Outcome(expect = FORBIDDEN, desc = "Pending in a wheel that is closed.")
@State
public class PeriodicTimerCloseJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final Object owner = new Object();
    private final PeriodicTimer<Object> timer = timers.every(owner);

    public PeriodicTimerCloseJcstress() {
        timers.makeDue(timer);
    }

    @Actor
    public void worker() {
        timer.run();
    }

    @Actor
    public void closer() {
        timers.wheel.close();
        timers.turnOn();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = timers.audit(timer);
        r.r2 = timer.isPending();
    }

    /** Cancels what is in the wheel, and then says that it is closed. */
    @JCStressTest
    @JCStressMeta(PeriodicTimerCloseJcstress.class)
    @State
    public static class BrokenClosedLast {
        private final TimerFixture timers = new TimerFixture();
        private final Object owner = new Object();
        private final PeriodicTimer<Object> timer = timers.every(owner);

        public BrokenClosedLast() {
            timers.makeDue(timer);
        }

        @Actor
        public void worker() {
            timers.dawdle();
            timer.run();
        }

        @Actor
        public void closer() {
            TimerNode taken = timers.takeIntake();
            if (taken != null) {
                taken.cancel();
            }
            timers.dawdle();
            timers.setClosedVolatile();
            timers.setTurningVolatile(TimerWheel.NOBODY);
            timers.ended();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = timers.audit(timer);
            r.r2 = timer.isPending();
        }
    }
}
