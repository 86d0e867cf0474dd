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
 * The thread of an empty wheel begins to sleep while a timer is scheduled. It sees the timer, or is woken for it; no other
 * thread is started.
 *
 * <p>Results: whether everything adds up, and how many threads there were.
 */
@JCStressTest
@Outcome(id = "sound, 1", expect = ACCEPTABLE, desc = "The timer is in the wheel.")
@Outcome(expect = FORBIDDEN, desc = "The thread sleeps and the timer waits, or two threads turn.")
@State
public class TimerWheelSleepJcstress {
    private final TimerFixture timers = new TimerFixture();
    private TimerNode timer;

    public TimerWheelSleepJcstress() {
        timers.schedule(1).cancel();
        timers.turn();
    }

    @Actor
    public void wheel() {
        timers.turn();
    }

    @Actor
    public void scheduler() {
        timer = timers.schedule(1);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = timers.audit(timer);
        r.r2 = timers.starts.get();
    }

    /** Looks for new timers, and not again after it said that it sleeps. */
    @JCStressTest
    @JCStressMeta(TimerWheelSleepJcstress.class)
    @State
    public static class BrokenOneLook {
        private final TimerFixture timers = new TimerFixture();
        private TimerNode timer;

        public BrokenOneLook() {
            timers.schedule(1).cancel();
            timers.turn();
        }

        @Actor
        public void wheel() {
            if (timers.hasIntake()) {
                timers.turn();
            } else {
                timers.dawdle();
                timers.setTurningVolatile(TimerWheel.ASLEEP);
                timers.parked = true;
            }
        }

        @Actor
        public void scheduler() {
            timers.dawdle();
            timer = timers.schedule(1);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = timers.audit(timer);
            r.r2 = timers.starts.get();
        }
    }
}
