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
 * The loader returns at the moment the only one who waits for it leaves. The value is taken by who waits, or disposed of by who
 * loaded it.
 *
 * <p>Results: whether the one who waited left, for how many the load landed, and what the future has.
 */
@JCStressTest
@Outcome(id = "true, 0, null", expect = ACCEPTABLE, desc = "Left; the value is the loader's to dispose of.")
@Outcome(id = "false, 1, value", expect = ACCEPTABLE, desc = "Too late to leave: the value is there.")
@Outcome(expect = FORBIDDEN, desc = "The value is nobody's, or delivered and disposed of.")
@State
public class FlightLeaveLandJcstress {
    private final Flight<String> flight = new Flight<>();

    @Actor
    public void leaves(LLL_Result r) {
        r.r1 = flight.leave();
    }

    @Actor
    public void lands(LLL_Result r) {
        int parties = flight.land();
        if (parties > 0) {
            flight.deliver("value");
        }
        r.r2 = parties;
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = flight.isDone() ? String.valueOf(flight.getNow(null)) : "nothing yet";
    }

    /** Reads for how many it lands, and lands later. */
    @JCStressTest
    @JCStressMeta(FlightLeaveLandJcstress.class)
    @State
    public static class BrokenCountThenLand {
        private final AtomicInteger parties = new AtomicInteger(1);
        private volatile boolean landed;

        @Actor
        public void leaves(LLL_Result r) {
            dawdle();
            boolean left = !landed;
            if (left) {
                parties.decrementAndGet();
            }
            r.r1 = left;
        }

        @Actor
        public void lands(LLL_Result r) {
            int now = parties.get();
            dawdle();
            landed = true;
            r.r2 = now;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = (int) r.r2 == 0 ? "null" : "value";
        }
    }
}
