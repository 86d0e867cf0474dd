package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A wheel that nobody turns is closed while a timer is scheduled. The timer is refused or cancelled; nothing is pending in the
 * end, nothing runs, and the end is told.
 *
 * <p>Results: whether everything adds up, whether the timer is pending, and how often it ran.
 */
@JCStressTest
@Outcome(id = "sound, false, 0", expect = ACCEPTABLE, desc = "Refused, or cancelled with the others.")
@Outcome(expect = FORBIDDEN, desc = "Pending in a wheel that is closed.")
@State
public class TimerWheelCloseScheduleJcstress {
    private final TimerFixture timers = new TimerFixture();
    private TimerNode timer;

    @Actor
    public void closer() {
        timers.wheel.close();
    }

    @Actor
    public void scheduler() {
        timer = timers.trySchedule(1);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = timers.audit(timer);
        r.r2 = timer != null && timer.isPending();
        timers.pass(2);
        timers.runDue();
        r.r3 = timers.runs.get();
    }

    /** Cancels what is there, and then says that it is closed. */
    @JCStressTest
    @JCStressMeta(TimerWheelCloseScheduleJcstress.class)
    @State
    public static class BrokenClosedLast {
        private final TimerFixture timers = new TimerFixture();
        private TimerNode timer;

        @Actor
        public void closer() {
            if (timers.casTurning(TimerWheel.NOBODY, TimerWheel.AWAKE)) {
                TimerNode taken = timers.takeIntake();
                if (taken != null) {
                    taken.cancel();
                }
                timers.dawdle();
                timers.setClosedVolatile();
                timers.setTurningVolatile(TimerWheel.NOBODY);
                timers.ended();
            } else {
                timers.wheel.close();
            }
        }

        @Actor
        public void scheduler() {
            timers.dawdle();
            timer = timers.trySchedule(1);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = timers.audit(timer);
            r.r2 = timer != null && timer.isPending();
            timers.pass(2);
            timers.runDue();
            r.r3 = timers.runs.get();
        }
    }
}
