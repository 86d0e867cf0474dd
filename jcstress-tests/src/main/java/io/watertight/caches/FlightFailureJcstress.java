package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A load fails. Who sees that it is over sees why.
 *
 * <p>Result: what one sees who looks.
 */
@JCStressTest
@Outcome(id = "goes on", expect = ACCEPTABLE, desc = "Not yet over.")
@Outcome(id = "failed", expect = ACCEPTABLE, desc = "Over, and known why.")
@Outcome(expect = FORBIDDEN, desc = "Taken for a key that has no value.")
@State
public class FlightFailureJcstress {
    private static final RuntimeException WHY = new IllegalStateException("jcstress");

    private final Flight<String> flight = new Flight<>();

    @Actor
    public void lands() {
        if (flight.land() > 0) {
            flight.fail(WHY);
        }
    }

    @Actor
    public void looks(L_Result r) {
        r.r1 = !flight.isDone() ? "goes on" : flight.failure() == WHY ? "failed" : "no value";
    }

    /** Completes the future, and says why later. */
    @JCStressTest
    @JCStressMeta(FlightFailureJcstress.class)
    @State
    public static class BrokenCompletedFirst {
        private volatile boolean done;
        private volatile RuntimeException failure;

        @Actor
        public void lands() {
            done = true;
            dawdle();
            failure = WHY;
        }

        @Actor
        public void looks(L_Result r) {
            r.r1 = !done ? "goes on" : failure == WHY ? "failed" : "no value";
        }
    }
}
