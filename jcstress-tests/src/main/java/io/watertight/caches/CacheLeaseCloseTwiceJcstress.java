package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
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
 * Two threads close one lease. One of them gives the value back; the other is counted.
 *
 * <p>Results: how many closes were too many, how many hold the value afterwards, besides this lease one, and whether everything
 * adds up.
 */
@JCStressTest
@Outcome(id = "1, 1, sound", expect = ACCEPTABLE, desc = "Given back once.")
@Outcome(expect = FORBIDDEN, desc = "Given back twice: what somebody else holds is closed.")
@State
public class CacheLeaseCloseTwiceJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(2);
    private final CacheLease<Thing> lease = new CacheLease<>(handle);

    @Actor
    public void first() {
        lease.close();
    }

    @Actor
    public void second() {
        lease.close();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = cache.core.counters.redundantCloses.get();
        r.r2 = handle.holds();
        if (handle.holds() == 1) {
            handle.release();
        }
        r.r3 = cache.audit();
    }

    /** Takes the hold out of the lease without the monitor. */
    @JCStressTest
    @JCStressMeta(CacheLeaseCloseTwiceJcstress.class)
    @State
    public static class BrokenExchange {
        private final LeasedFixture cache = new LeasedFixture();
        private final ValueHandle<Thing> handle = cache.zombie(2);
        private Hold<Thing> hold = handle;

        @Actor
        public void first() {
            close();
        }

        @Actor
        public void second() {
            close();
        }

        private void close() {
            Hold<Thing> mine = hold;
            dawdle();
            hold = mine.ended();
            mine.release();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = cache.core.counters.redundantCloses.get();
            r.r2 = handle.holds();
            if (handle.holds() == 1) {
                handle.release();
            }
            r.r3 = cache.audit();
        }
    }
}
