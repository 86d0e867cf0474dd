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
 * A lease is used while another thread closes it, which is a mistake. Who uses it gets the value or an exception, and nothing else.
 *
 * <p>Results: what is got, how often the value was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = "value, 1, sound",
        expect = ACCEPTABLE,
        desc = "Got before; what is done with it is the caller's mistake.")
@Outcome(id = "exception, 1, sound", expect = ACCEPTABLE, desc = "Closed before.")
@Outcome(expect = FORBIDDEN, desc = "Something else, or a value that is never closed.")
@State
public class CacheLeaseGetCloseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final CacheLease<Thing> lease = new CacheLease<>(cache.zombie(1));

    @Actor
    public void user(LLL_Result r) {
        try {
            r.r1 = lease.get() == cache.thing ? "value" : "another";
        } catch (IllegalStateException closed) {
            r.r1 = "exception";
        }
    }

    @Actor
    public void closer() {
        lease.close();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.audit();
        r.r2 = cache.thing.closes.get();
    }

    /** Looks whether the lease is open, and then uses what it has. */
    @JCStressTest
    @JCStressMeta(CacheLeaseGetCloseJcstress.class)
    @State
    public static class BrokenLookTwice {
        private final LeasedFixture cache = new LeasedFixture();
        private final ValueHandle<Thing> handle = cache.zombie(1);
        private volatile boolean open = true;

        @Actor
        public void user(LLL_Result r) {
            if (open) {
                dawdle();
                Thing seen = handle.value;
                r.r1 = seen == cache.thing ? "value" : "another";
            } else {
                r.r1 = "exception";
            }
        }

        @Actor
        public void closer() {
            dawdle();
            open = false;
            handle.release();
            cache.closeAll();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = cache.audit();
            r.r2 = cache.thing.closes.get();
        }
    }
}
