package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The loader returns at the moment one more joins. Who lands learns for how many it holds the value.
 *
 * <p>Results: whether it was joined, and for how many the load landed.
 */
@JCStressTest
@Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "Held for both.")
@Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "Held for the first; the other finds the result.")
@Outcome(expect = FORBIDDEN, desc = "A value is used that is not held, or held for nobody.")
@State
public class FlightJoinLandJcstress {
    private final Flight<String> flight = new Flight<>();

    @Actor
    public void joins(LL_Result r) {
        r.r1 = flight.tryJoin();
    }

    @Actor
    public void lands(LL_Result r) {
        r.r2 = flight.land();
        flight.deliver("value");
    }

    /** Looks whether it has landed, and counts itself later. */
    @JCStressTest
    @JCStressMeta(FlightJoinLandJcstress.class)
    @State
    public static class BrokenCheckThenCount {
        private final AtomicInteger parties = new AtomicInteger(1);
        private volatile boolean landed;

        @Actor
        public void joins(LL_Result r) {
            boolean joined = !landed;
            dawdle();
            if (joined) {
                parties.incrementAndGet();
            }
            r.r1 = joined;
        }

        @Actor
        public void lands(LL_Result r) {
            dawdle();
            landed = true;
            r.r2 = parties.get();
        }
    }
}
