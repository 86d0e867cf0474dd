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
 * A new timer is cancelled while the wheel takes it in. If it got into a bucket it is taken out of that, and nothing is pending.
 *
 * <p>Results: what cancelling said, and whether everything adds up after one more turn.
 */
@JCStressTest
@Outcome(id = "true, sound", expect = ACCEPTABLE, desc = "Never put into a bucket, or taken out again.")
@Outcome(expect = FORBIDDEN, desc = "Cancelled, and in a bucket or counted for ever.")
@State
public class TimerNodeTransferJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(9);

    @Actor
    public void wheel() {
        timers.turn();
    }

    @Actor
    public void canceller(LL_Result r) {
        r.r1 = timer.cancel();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = timers.audit(timer);
    }

    /** Decides by an earlier look whether the timer is in a bucket. */
    @JCStressTest
    @JCStressMeta(TimerNodeTransferJcstress.class)
    @State
    public static class BrokenStaleState {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(9);

        @Actor
        public void wheel() {
            timers.dawdle();
            timers.turn();
        }

        @Actor
        public void canceller(LL_Result r) {
            int seen = timer.stateVolatile();
            timers.dawdle();
            r.r1 = timer.casState(TimerNode.INIT, TimerNode.CANCELLED)
                    || timer.casState(TimerNode.LINKED, TimerNode.CANCELLED);
            timer.action = null;
            timers.wheel.ended();
            if (seen == TimerNode.LINKED) {
                timers.wheel.discard(timer);
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = timers.audit(timer);
        }
    }
}
