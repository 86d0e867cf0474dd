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
 * A periodic timer is cancelled while it runs and goes back to the wheel. Once cancelled it does not run again, and nothing of
 * it is left.
 *
 * <p>Results: what cancelling said, whether everything adds up, and how often it runs in the periods after.
 */
@JCStressTest
@Outcome(id = "true, sound, 0", expect = ACCEPTABLE, desc = "That run was the last, or was none.")
@Outcome(expect = FORBIDDEN, desc = "Armed again after it was cancelled.")
@State
public class PeriodicTimerRearmJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final Object owner = new Object();
    private final PeriodicTimer<Object> timer = timers.every(owner);

    public PeriodicTimerRearmJcstress() {
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
        r.r2 = timers.audit(timer);
        r.r3 = timers.runsLater();
    }

    /** Looks whether the timer was cancelled, and arms it later. */
    @JCStressTest
    @JCStressMeta(PeriodicTimerRearmJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TimerFixture timers = new TimerFixture();
        private final Object owner = new Object();
        private final PeriodicTimer<Object> timer = timers.every(owner);

        public BrokenCheckThenAct() {
            timers.makeDue(timer);
        }

        @Actor
        public void worker() {
            if (timer.casState(TimerNode.DUE, TimerNode.RUNNING)) {
                timers.runs.incrementAndGet();
                if (timer.stateVolatile() == TimerNode.RUNNING) {
                    timers.dawdle();
                    timer.dueTick++;
                    timer.casState(timer.stateVolatile(), TimerNode.INIT);
                    timers.wheel.addAgain(timer);
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
            r.r2 = timers.audit(timer);
            r.r3 = timers.runsLater();
        }
    }
}
