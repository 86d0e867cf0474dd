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
 * A timer in the wheel is cancelled by two threads. One of them did it, and its place among the pending is given back once.
 *
 * <p>Results: what each was told, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = {"true, false, sound", "false, true, sound"},
        expect = ACCEPTABLE,
        desc = "One of the two cancelled it.")
@Outcome(expect = FORBIDDEN, desc = "Both or none did, or it is still in the wheel.")
@State
public class TimerNodeCancelJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(9);

    public TimerNodeCancelJcstress() {
        timers.turn();
    }

    @Actor
    public void first(LLL_Result r) {
        r.r1 = timer.cancel();
    }

    @Actor
    public void second(LLL_Result r) {
        r.r2 = timer.cancel();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = timers.audit(timer);
    }

    /** Looks whether the timer is pending, and writes that it is not. */
    @JCStressTest
    @JCStressMeta(TimerNodeCancelJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(9);

        @Actor
        public void first(LLL_Result r) {
            r.r1 = cancel();
        }

        @Actor
        public void second(LLL_Result r) {
            r.r2 = cancel();
        }

        private boolean cancel() {
            if (!timer.isPending()) {
                return false;
            }
            timers.dawdle();
            timer.casState(timer.stateVolatile(), TimerNode.CANCELLED);
            timer.action = null;
            timers.wheel.ended();
            return true;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = timers.audit(timer);
        }
    }
}
