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
 * A wheel is closed while the executor of a user comes to a timer that is due. The action does not begin after the close.
 *
 * <p>Results: whether it began though the wheel was seen closed, whether it is pending, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, false, sound", expect = ACCEPTABLE, desc = "It began before the close, or never.")
@Outcome(expect = FORBIDDEN, desc = "The action began after the close, or its place was not given back.")
@State
public class TimerNodeCloseJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(1);
    private volatile boolean closed;

    public TimerNodeCloseJcstress() {
        timers.makeDue(timer);
    }

    @Actor
    public void worker(LLL_Result r) {
        boolean late = closed;
        timer.run();
        r.r1 = late && timers.runs.get() > 0;
    }

    @Actor
    public void closer() {
        timers.wheel.close();
        closed = true;
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = timer.isPending();
        r.r3 = timers.audit(timer);
    }

    /** Asks whether the wheel is closed when the timer becomes due, and not when its action begins. */
    @JCStressTest
    @JCStressMeta(TimerNodeCloseJcstress.class)
    @State
    public static class BrokenAskedWhenDue {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(1);
        private volatile boolean closed;

        public BrokenAskedWhenDue() {
            timers.makeDue(timer);
        }

        @Actor
        public void worker(LLL_Result r) {
            boolean refused = timers.wheel.isClosed();
            timers.dawdle();
            boolean late = closed;
            if (refused) {
                timer.cancel();
            } else if (timer.casState(TimerNode.DUE, TimerNode.DONE)) {
                timer.action = null;
                timers.wheel.ended();
                timers.runs.incrementAndGet();
            }
            r.r1 = late && timers.runs.get() > 0;
        }

        @Actor
        public void closer() {
            timers.wheel.close();
            closed = true;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = timer.isPending();
            r.r3 = timers.audit(timer);
        }
    }
}
