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
 * A timer that is due at once ends, because the executor refuses it, before its scheduler has its handle. That is no reason to
 * say that the wheel is closed.
 *
 * <p>Results: whether scheduling it succeeded, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, sound", expect = ACCEPTABLE, desc = "Scheduled, and refused by the executor.")
@Outcome(expect = FORBIDDEN, desc = "Told that an open wheel is closed.")
@State
public class TimerWheelRefusedJcstress {
    private final TimerFixture timers = new TimerFixture();
    private TimerNode timer;

    public TimerWheelRefusedJcstress() {
        timers.refuses = true;
        timers.schedule(1).cancel();
        timers.turn();
    }

    @Actor
    public void wheel() {
        timers.turn();
    }

    @Actor
    public void scheduler() {
        timer = timers.trySchedule(0);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = timers.audit(timer);
        r.r1 = timer != null;
    }

    /** Takes every early end for the work of who closes. */
    @JCStressTest
    @JCStressMeta(TimerWheelRefusedJcstress.class)
    @State
    public static class BrokenBlamesTheClose {
        private final TimerFixture timers = new TimerFixture();
        private TimerNode timer;

        public BrokenBlamesTheClose() {
            timers.refuses = true;
            timers.schedule(1).cancel();
            timers.turn();
        }

        @Actor
        public void wheel() {
            timers.dawdle();
            timers.turn();
        }

        @Actor
        public void scheduler() {
            TimerNode added = timers.schedule(0);
            timers.dawdle();
            timer = added.stateVolatile() == TimerNode.CANCELLED ? null : added;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = timers.audit(timer);
            r.r1 = timer != null;
        }
    }
}
