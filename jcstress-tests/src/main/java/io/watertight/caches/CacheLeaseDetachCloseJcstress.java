package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A lease of a value that others lease, too, is closed while another thread tries to detach it, which is refused. The lease is
 * closed then, whoever was first.
 *
 * <p>Results: what became of detaching, whether the lease is open, how many others hold the value, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "refused, false, 1, sound", expect = ACCEPTABLE, desc = "Given back once.")
@Outcome(expect = FORBIDDEN, desc = "The lease is open after it was closed, or its hold is lost.")
@State
public class CacheLeaseDetachCloseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(2);
    private final CacheLease<Thing> lease = new CacheLease<>(handle);

    @Actor
    public void detaches(LLLL_Result r) {
        try {
            lease.detach();
            r.r1 = "detached";
        } catch (IllegalStateException refused) {
            r.r1 = "refused";
        }
    }

    @Actor
    public void closes() {
        lease.close();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r2 = lease.isOpen();
        r.r3 = handle.holds();
        while (handle.holds() > 0) {
            handle.release();
        }
        r.r4 = cache.audit();
    }

    /** Takes the hold out of the lease to detach it, and puts it back. */
    @JCStressTest
    @JCStressMeta(CacheLeaseDetachCloseJcstress.class)
    @State
    public static class BrokenPutBack {
        private final LeasedFixture cache = new LeasedFixture();
        private final ValueHandle<Thing> handle = cache.zombie(2);
        private final AtomicReference<Hold<Thing>> hold = new AtomicReference<>(handle);

        @Actor
        public void detaches(LLLL_Result r) {
            Hold<Thing> mine = hold.getAndSet(handle.ended());
            r.r1 = LeasedFixture.detach(mine);
            if (mine == handle) {
                hold.set(mine);
            }
        }

        @Actor
        public void closes() {
            dawdle();
            hold.getAndSet(handle.ended()).release();
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r2 = !(hold.get() instanceof EndedHold);
            r.r3 = handle.holds();
            while (handle.holds() > 0) {
                handle.release();
            }
            r.r4 = cache.audit();
        }
    }
}
