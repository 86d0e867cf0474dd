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
 * The owner of a periodic timer is collected while the timer runs and goes back to the wheel. The timer ends with its owner,
 * and its place among the pending is given back once.
 *
 * <p>Results: whether it is pending, whether everything adds up, and how often it runs in the periods after.
 */
@JCStressTest
@Outcome(id = "false, sound, 0", expect = ACCEPTABLE, desc = "That run was the last, or was none.")
@Outcome(expect = FORBIDDEN, desc = "Armed without an owner, or ended twice.")
@State
public class PeriodicTimerOwnerJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final PeriodicTimer<Object> timer = timers.every(this);
    private final PeriodicTimer.Owner<?> owner = TimerFixture.owner(timer);

    public PeriodicTimerOwnerJcstress() {
        timers.makeDue(timer);
    }

    @Actor
    public void worker() {
        timer.run();
    }

    @Actor
    public void step() {
        owner.clear();
        owner.collected();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = timer.isPending();
        r.r2 = timers.audit(timer);
        r.r3 = timers.runsLater();
    }

    /** Leaves a timer alone that runs at that moment. */
    @JCStressTest
    @JCStressMeta(PeriodicTimerOwnerJcstress.class)
    @State
    public static class BrokenWhileRunning {
        private final TimerFixture timers = new TimerFixture();
        private final PeriodicTimer<Object> timer = timers.every(this);
        private final PeriodicTimer.Owner<?> owner = TimerFixture.owner(timer);

        public BrokenWhileRunning() {
            timers.makeDue(timer);
        }

        @Actor
        public void worker() {
            timer.casState(TimerNode.DUE, TimerNode.RUNNING);
            Object alive = owner.get();
            timers.dawdle();
            if (alive == null) {
                timer.cancel();
            }
            timer.dueTick++;
            if (timer.casState(TimerNode.RUNNING, TimerNode.INIT)) {
                timers.wheel.addAgain(timer);
            }
        }

        @Actor
        public void step() {
            timers.dawdle();
            owner.clear();
            if (timer.stateVolatile() != TimerNode.RUNNING) {
                owner.collected();
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = timer.isPending();
            r.r2 = timers.audit(timer);
            r.r3 = timers.runsLater();
        }
    }
}
