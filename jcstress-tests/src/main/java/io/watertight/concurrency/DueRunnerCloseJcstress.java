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
 * The runner is closed while one of its threads takes the next timer. The timer is run or cancelled, and the thread ends.
 *
 * <p>Results: how often it ran, whether it is pending, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = {"0, false, sound", "1, false, sound"},
        expect = ACCEPTABLE,
        desc = "Cancelled, or run.")
@Outcome(expect = FORBIDDEN, desc = "Taken, and neither run nor cancelled; or both.")
@State
public class DueRunnerCloseJcstress {
    private final TimerFixture timers = new TimerFixture();
    private final TimerNode timer = timers.schedule(1);

    public DueRunnerCloseJcstress() {
        timers.makeDue(timer);
        timers.runner.submit(timer);
    }

    @Actor
    public void worker() {
        TimerNode next = timers.next();
        if (next != null) {
            next.run();
        }
    }

    @Actor
    public void closer() {
        timers.runner.close();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = timers.runs.get();
        r.r2 = timer.isPending();
        r.r3 = timers.audit(timer);
    }

    /** Asks after it took a timer whether the runner is closed, and forgets the timer then. */
    @JCStressTest
    @JCStressMeta(DueRunnerCloseJcstress.class)
    @State
    public static class BrokenDropped {
        private final TimerFixture timers = new TimerFixture();
        private final TimerNode timer = timers.schedule(1);

        public BrokenDropped() {
            timers.makeDue(timer);
            timers.runner.submit(timer);
        }

        @Actor
        public void worker() {
            TimerNode next = timers.next();
            timers.dawdle();
            if (next != null && !timers.runner.isEnded()) {
                next.run();
            }
        }

        @Actor
        public void closer() {
            timers.dawdle();
            timers.runner.close();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = timers.runs.get();
            r.r2 = timer.isPending();
            r.r3 = timers.audit(timer);
        }
    }
}
