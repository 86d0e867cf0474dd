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
 * A timer that is due is cancelled while a worker takes it to run it. One of them ends it, and only that one gives back its
 * place among the pending.
 *
 * <p>Results: what cancelling said, how often it ran, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 0, sound", expect = ACCEPTABLE, desc = "Cancelled in time.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "It had begun to run.")
@Outcome(expect = FORBIDDEN, desc = "Both ended it, and its place was given back twice; or none did.")
@State
public class TimerNodeRunJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(1);

    public TimerNodeRunJcstress() {
        timers.makeDue(timer);
    }

    @Actor
    public void worker() {
        timer.run();
    }

    @Actor
    public void canceller(LLL_Result r) {
        r.r1 = timer.cancel();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = timers.runs.get();
        r.r3 = timers.audit(timer);
    }

    /** Looks whether the timer has ended, and ends it from whatever state it is in by then. */
    @JCStressTest
    @JCStressMeta(TimerNodeRunJcstress.class)
    @State
    public static class BrokenEndedTwice {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(1);

        public BrokenEndedTwice() {
            timers.makeDue(timer);
        }

        @Actor
        public void worker() {
            timers.dawdle();
            timer.run();
        }

        @Actor
        public void canceller(LLL_Result r) {
            boolean pending = timer.isPending();
            if (pending) {
                timers.dawdle();
                timer.casState(timer.stateVolatile(), TimerNode.CANCELLED);
                timer.action = null;
                timers.wheel.ended();
            }
            r.r1 = pending;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = timers.runs.get();
            r.r3 = timers.audit(timer);
        }
    }
}
