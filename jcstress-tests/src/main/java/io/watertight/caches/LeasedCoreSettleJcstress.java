package io.watertight.caches;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The deadline of a close has passed at the moment the last lease is closed. The value is reported as left over or not; it is
 * closed once in either case, and all places are free.
 *
 * <p>Results: how many were reported, how often the value was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "1, 1, sound", expect = ACCEPTABLE, desc = "Reported, and closed by its lease.")
@Outcome(id = "0, 1, sound", expect = ACCEPTABLE, desc = "The lease was closed before.")
@Outcome(expect = FORBIDDEN, desc = "Closed twice or never, or a place that is lost or doubled.")
@State
public class LeasedCoreSettleJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final CacheLease<Thing> lease = new CacheLease<>(cache.held());

    @Actor
    public void closer(LLL_Result r) {
        cache.core.beginClose();
        r.r1 = cache.core.settleLeftovers(LeftoverPolicy.ABANDON).size();
    }

    @Actor
    public void user() {
        lease.close();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        cache.closeAll();
        r.r3 = cache.places();
        r.r2 = cache.thing.closes.get();
    }

    /** Closes what it finds open by itself. */
    @JCStressTest
    @JCStressMeta(LeasedCoreSettleJcstress.class)
    @State
    public static class BrokenClosesWhatIsOpen {
        private final LeasedFixture cache = new LeasedFixture();
        private final ValueHandle<Thing> handle = cache.held();

        @Actor
        public void closer(LLL_Result r) {
            cache.core.beginClose();
            boolean leased = handle.holds() > 0;
            if (leased) {
                cache.thing.close();
            }
            r.r1 = leased ? 1 : 0;
        }

        @Actor
        public void user() {
            handle.release();
            cache.closeAll();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            cache.closeAll();
            r.r3 = cache.places();
            r.r2 = cache.thing.closes.get();
        }
    }
}
