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
 * A timer is cancelled at the moment it fires: the wheel finds that it is due, and a worker runs it. It runs if and only if
 * cancelling it said false; either way its action is let go of, and its place is free.
 *
 * <p>Results: what cancelling said, how often it ran, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 0, sound", expect = ACCEPTABLE, desc = "Cancelled in time.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "It had begun to run.")
@Outcome(expect = FORBIDDEN, desc = "It ran though it was cancelled, or neither, or it is still held or counted.")
@State
public class TimerNodeFireJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(1);

    public TimerNodeFireJcstress() {
        timers.turn();
        timers.pass(1);
    }

    @Actor
    public void wheel() {
        timers.turn();
        timers.runDue();
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

    /** Looks whether the timer is still due, and runs it later. */
    @JCStressTest
    @JCStressMeta(TimerNodeFireJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(1);

        public BrokenCheckThenAct() {
            timers.turn();
            timers.pass(1);
        }

        @Actor
        public void wheel() {
            timers.turn();
            TimerNode due = timers.poll();
            if (due != null && due.stateVolatile() == TimerNode.DUE) {
                Runnable action = (Runnable) due.action;
                timers.dawdle();
                if (due.casState(TimerNode.DUE, TimerNode.DONE)) {
                    due.action = null;
                    timers.wheel.ended();
                }
                if (action != null) {
                    action.run();
                }
            }
        }

        @Actor
        public void canceller(LLL_Result r) {
            timers.dawdle();
            r.r1 = timer.cancel();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = timers.runs.get();
            r.r3 = timers.audit(timer);
        }
    }
}
