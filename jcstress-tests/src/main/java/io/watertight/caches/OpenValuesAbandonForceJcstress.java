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
 * Two close the cache: one lets go of what is leased, one closes it by force. The value is closed once, and its place is free
 * once.
 *
 * <p>Results: whether it was let go, whether it was forced, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, true, 1, sound", expect = ACCEPTABLE, desc = "Closed under its user, let go before or meanwhile.")
@Outcome(id = "false, true, 1, sound", expect = ACCEPTABLE, desc = "Closed under its user before.")
@Outcome(expect = FORBIDDEN, desc = "Closed twice or never, or a place that is lost or doubled.")
@State
public class OpenValuesAbandonForceJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(1);

    @Actor
    public void abandons(LLLL_Result r) {
        r.r1 = cache.core.open.abandon(handle);
    }

    @Actor
    public void forces(LLLL_Result r) {
        r.r2 = handle.force();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        handle.release();
        cache.closeAll();
        r.r4 = cache.places();
        r.r3 = cache.thing.closes.get();
    }

    /** Each looks at what the other has done, and gives the place back later. */
    @JCStressTest
    @JCStressMeta(OpenValuesAbandonForceJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final AtomicInteger places = new AtomicInteger();
        private volatile boolean closed;
        private volatile boolean abandoned;

        @Actor
        public void abandons(LLLL_Result r) {
            boolean open = !closed;
            dawdle();
            if (open) {
                abandoned = true;
                places.incrementAndGet();
            }
            r.r1 = open;
        }

        @Actor
        public void forces(LLLL_Result r) {
            dawdle();
            closed = true;
            if (!abandoned) {
                places.incrementAndGet();
            }
            r.r2 = true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = 1;
            r.r4 = places.get() == 1 ? "sound" : "places=" + places;
        }
    }
}
