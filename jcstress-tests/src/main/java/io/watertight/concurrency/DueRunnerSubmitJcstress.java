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
 * A timer that is due is cancelled while the wheel gives it to the runner. It does not wait there, and nothing is pending.
 *
 * <p>Results: what cancelling said, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, sound", expect = ACCEPTABLE, desc = "Never queued, or taken out.")
@Outcome(expect = FORBIDDEN, desc = "Cancelled, and in the queue of the runner for ever.")
@State
public class DueRunnerSubmitJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(1);

    public DueRunnerSubmitJcstress() {
        timers.makeDue(timer);
    }

    @Actor
    public void wheel() {
        timers.runner.submit(timer);
    }

    @Actor
    public void canceller(LL_Result r) {
        r.r1 = timer.cancel();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = timers.audit(timer);
    }

    /** Takes the timer out of the queue before it says that it is cancelled. */
    @JCStressTest
    @JCStressMeta(DueRunnerSubmitJcstress.class)
    @State
    public static class BrokenQueueFirst {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(1);

        public BrokenQueueFirst() {
            timers.makeDue(timer);
        }

        @Actor
        public void wheel() {
            timers.runner.submit(timer);
        }

        @Actor
        public void canceller(LL_Result r) {
            timers.runner.remove(timer);
            timers.dawdle();
            boolean cancelled = timer.casState(TimerNode.DUE, TimerNode.CANCELLED);
            if (cancelled) {
                timer.action = null;
                timers.wheel.ended();
            }
            r.r1 = cancelled;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = timers.audit(timer);
        }
    }
}
