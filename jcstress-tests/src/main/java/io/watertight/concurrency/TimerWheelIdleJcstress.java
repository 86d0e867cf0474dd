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
 * The thread of a wheel that was empty for long ends while a timer is scheduled. Either it sees the timer and goes on, or
 * another thread is started.
 *
 * <p>Results: whether the thread goes on, how many others were started, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 0, sound", expect = ACCEPTABLE, desc = "It saw the timer.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "It ended, and another one was started.")
@Outcome(expect = FORBIDDEN, desc = "A timer is pending and nobody turns the wheel, or two do.")
@State
public class TimerWheelIdleJcstress {
    private final TimerFixture timers = new TimerFixture();
    private TimerNode timer;

    public TimerWheelIdleJcstress() {
        timers.makeIdle();
    }

    @Actor
    public void wheel(LLL_Result r) {
        r.r1 = timers.turn();
    }

    @Actor
    public void scheduler() {
        timer = timers.schedule(1);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = timers.starts.get() - 1;
        r.r3 = timers.audit(timer);
    }

    /** Looks for new timers, and not again after it said that it ends. */
    @JCStressTest
    @JCStressMeta(TimerWheelIdleJcstress.class)
    @State
    public static class BrokenOneLook {
        private final TimerFixture timers = new TimerFixture();
        private TimerNode timer;

        public BrokenOneLook() {
            timers.makeIdle();
        }

        @Actor
        public void wheel(LLL_Result r) {
            if (timers.hasIntake()) {
                r.r1 = timers.turn();
            } else {
                timers.dawdle();
                timers.setTurningVolatile(TimerWheel.NOBODY);
                r.r1 = false;
            }
        }

        @Actor
        public void scheduler() {
            timers.dawdle();
            timer = timers.schedule(1);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = timers.starts.get() - 1;
            r.r3 = timers.audit(timer);
        }
    }
}
