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
 * A load takes too long, and is cancelled for all at the moment its loader returns. All get the value, or all the exception.
 *
 * <p>Results: whether it was cancelled, for how many the load landed, and what those who wait get.
 */
@JCStressTest
@Outcome(id = "true, 0, exception", expect = ACCEPTABLE, desc = "Too late; the value is the loader's to dispose of.")
@Outcome(id = "false, 2, value", expect = ACCEPTABLE, desc = "Just in time.")
@Outcome(expect = FORBIDDEN, desc = "Both, or neither.")
@State
public class FlightCancelLandJcstress {
    private static final RuntimeException LATE = new IllegalStateException("jcstress");

    private final Flight<String> flight = new Flight<>();

    public FlightCancelLandJcstress() {
        flight.tryJoin();
    }

    @Actor
    public void cancels(LLL_Result r) {
        r.r1 = flight.cancel(LATE);
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
        r.r3 = !flight.isDone()
                ? "nothing yet"
                : flight.failure() == LATE ? "exception" : String.valueOf(flight.getNow(null));
    }

    /** Looks whether it is over, and cancels later. */
    @JCStressTest
    @JCStressMeta(FlightCancelLandJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final AtomicInteger parties = new AtomicInteger(2);
        private volatile String result = "";

        @Actor
        public void cancels(LLL_Result r) {
            boolean going = parties.get() > 0;
            dawdle();
            if (going) {
                parties.set(-2);
                result = "exception";
            }
            r.r1 = going;
        }

        @Actor
        public void lands(LLL_Result r) {
            dawdle();
            int now = Math.max(0, parties.getAndSet(-1));
            if (now > 0) {
                result = "value";
            }
            r.r2 = now;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = result;
        }
    }
}
