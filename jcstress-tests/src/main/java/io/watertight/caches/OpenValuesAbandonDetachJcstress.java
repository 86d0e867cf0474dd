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
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A closed cache lets go of a value at the moment its only user detaches it. The value is the user's: not even the collector, when
 * it finds the handle, closes it. Its place is free once.
 *
 * <p>Results: whether it was let go, what became of detaching, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, detached, 0, sound", expect = ACCEPTABLE, desc = "Let go, and then detached.")
@Outcome(id = "false, detached, 0, sound", expect = ACCEPTABLE, desc = "Detached before.")
@Outcome(expect = FORBIDDEN, desc = "Closed under its owner, or a place that is lost or doubled.")
@State
public class OpenValuesAbandonDetachJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(1);

    @Actor
    public void closer(LLLL_Result r) {
        r.r1 = cache.core.open.abandon(handle);
    }

    @Actor
    public void user(LLLL_Result r) {
        r.r2 = LeasedFixture.detach(handle);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        cache.closeAll();
        AbandonedValue<Thing> abandoned = handle.abandoned;
        if (abandoned != null) {
            abandoned.run(); // what the collector has done in the end
        }
        r.r3 = cache.thing.closes.get();
        r.r4 = cache.places();
    }

    /** Looks whether it was let go, and takes it back from the collector later. */
    @JCStressTest
    @JCStressMeta(OpenValuesAbandonDetachJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Thing thing = new Thing();
        private final AtomicInteger places = new AtomicInteger();
        private volatile boolean detached;
        private volatile boolean abandoned;
        private volatile boolean found = true;

        @Actor
        public void closer(LLLL_Result r) {
            boolean open = !detached;
            dawdle();
            if (open) {
                abandoned = true;
                places.incrementAndGet();
            }
            r.r1 = open;
        }

        @Actor
        public void user(LLLL_Result r) {
            dawdle();
            detached = true;
            if (abandoned) {
                found = false;
            } else {
                places.incrementAndGet();
            }
            r.r2 = "detached";
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            if (abandoned && found) {
                thing.close();
            }
            r.r3 = thing.closes.get();
            r.r4 = places.get() == 1 ? "sound" : "places=" + places;
        }
    }
}
