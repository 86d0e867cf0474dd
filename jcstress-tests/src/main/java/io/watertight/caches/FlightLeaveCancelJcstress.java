package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The last one who waits for a load leaves at the moment the load takes too long. It is cancelled by one of them, and the place
 * that the load had is free once.
 *
 * <p>Results: whether the one left, whether the other cancelled, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, false, sound", expect = ACCEPTABLE, desc = "Nobody waited any more.")
@Outcome(id = "false, true, sound", expect = ACCEPTABLE, desc = "Too late to leave: it takes the exception.")
@Outcome(expect = FORBIDDEN, desc = "Cancelled twice or never, or a place that is lost or doubled.")
@State
public class FlightLeaveCancelJcstress {
    private static final RuntimeException LATE = new IllegalStateException("jcstress");

    private final LeasedFixture cache = new LeasedFixture();
    private final Flight<ValueHandle<Thing>> flight = cache.begin(cache::made);

    @Actor
    public void leaves(LLL_Result r) {
        r.r1 = flight.leave();
    }

    @Actor
    public void cancels(LLL_Result r) {
        r.r2 = flight.cancel(LATE);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.places();
    }

    /** Looks whether the load is going on, and ends it later. */
    @JCStressTest
    @JCStressMeta(FlightLeaveCancelJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final AtomicInteger parties = new AtomicInteger(1);
        private final AtomicInteger places = new AtomicInteger();

        @Actor
        public void leaves(LLL_Result r) {
            r.r1 = end();
        }

        @Actor
        public void cancels(LLL_Result r) {
            r.r2 = end();
        }

        private boolean end() {
            boolean going = parties.get() > 0;
            dawdle();
            if (going) {
                parties.set(-2);
                places.incrementAndGet();
            }
            return going;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = places.get() == 1 ? "sound" : "places=" + places;
        }
    }
}
