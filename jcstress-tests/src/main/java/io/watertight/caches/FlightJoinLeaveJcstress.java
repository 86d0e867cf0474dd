package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Somebody joins a load at the moment the only one who waits for it leaves, which cancels it. Who has joined is not cancelled.
 *
 * <p>Results: whether it was joined, whether the other left, and what became of the load.
 */
@JCStressTest
@Outcome(id = "true, true, goes on", expect = ACCEPTABLE, desc = "Joined before the other left.")
@Outcome(id = "false, true, cancelled", expect = ACCEPTABLE, desc = "Nobody waited; who comes begins another load.")
@Outcome(expect = FORBIDDEN, desc = "Cancelled for one who waits, or goes on for nobody.")
@State
public class FlightJoinLeaveJcstress {
    private final Flight<String> flight = new Flight<>();

    @Actor
    public void joins(LLL_Result r) {
        r.r1 = flight.tryJoin();
    }

    @Actor
    public void leaves(LLL_Result r) {
        r.r2 = flight.leave();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = flight.isCancelledFlight() && flight.isDone() ? "cancelled" : flight.isDone() ? "done" : "goes on";
    }

    /** Counts itself out, and cancels if nobody was left then. */
    @JCStressTest
    @JCStressMeta(FlightJoinLeaveJcstress.class)
    @State
    public static class BrokenCountThenCancel {
        private final AtomicInteger parties = new AtomicInteger(1);
        private volatile boolean cancelled;

        @Actor
        public void joins(LLL_Result r) {
            dawdle();
            boolean joined = !cancelled;
            if (joined) {
                parties.incrementAndGet();
            }
            r.r1 = joined;
        }

        @Actor
        public void leaves(LLL_Result r) {
            boolean last = parties.decrementAndGet() == 0;
            dawdle();
            if (last) {
                cancelled = true;
            }
            r.r2 = true;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = cancelled ? "cancelled" : "goes on";
        }
    }
}
