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
 * A closed cache lets go of a value that is still leased, at the moment the last lease is closed. The value is closed once, and
 * its place is free once.
 *
 * <p>Results: whether it was let go, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 1, sound", expect = ACCEPTABLE, desc = "Let go, and closed by its last lease.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "Its last lease was first.")
@Outcome(expect = FORBIDDEN, desc = "Closed twice or never, or a place that is lost or doubled.")
@State
public class OpenValuesAbandonReleaseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(1);

    @Actor
    public void user() {
        handle.release();
        cache.closeAll();
    }

    @Actor
    public void closer(LLL_Result r) {
        r.r1 = cache.core.open.abandon(handle);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        cache.closeAll();
        r.r3 = cache.places();
        r.r2 = cache.thing.closes.get();
    }

    /** Looks whether it is being closed, and gives the place back later; who closes it does likewise. */
    @JCStressTest
    @JCStressMeta(OpenValuesAbandonReleaseJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Thing thing = new Thing();
        private final AtomicInteger places = new AtomicInteger();
        private volatile boolean released;
        private volatile boolean abandoned;

        @Actor
        public void user() {
            dawdle();
            released = true;
            thing.close();
            if (!abandoned) {
                places.incrementAndGet();
            }
        }

        @Actor
        public void closer(LLL_Result r) {
            boolean open = !released;
            dawdle();
            if (open) {
                abandoned = true;
                places.incrementAndGet();
            }
            r.r1 = open;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = thing.closes.get();
            r.r3 = places.get() == 1 ? "sound" : "places=" + places;
        }
    }
}
