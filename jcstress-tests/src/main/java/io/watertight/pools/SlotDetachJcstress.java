package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.pools.Fixture.Thing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * An object is detached while the lease is closed, or invalidated. One of them decides: the object is the caller's and nobody
 * destroys it, or it is destroyed and nobody has it.
 *
 * <p>Results: whether it was detached, how often it was destroyed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 0, sound", expect = ACCEPTABLE, desc = "Detached: its place is empty.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "Invalidated: it is destroyed.")
@Outcome(expect = FORBIDDEN, desc = "In two hands, or lost.")
@State
public class SlotDetachJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();

    @Actor
    public void taker(LLL_Result r) {
        try {
            r.r1 = lease.detach() == pool.made.get(0);
        } catch (IllegalStateException invalidatedBefore) {
            r.r1 = false;
        }
    }

    @Actor
    public void invalidator() {
        lease.invalidate(new Exception("broken"));
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool);
    }

    private static void judge(LLL_Result r, Fixture pool) {
        pool.detached = (int) pool.core.counters.detached.get();
        r.r3 = pool.audit();
        r.r2 = pool.made.get(0).destroyed;
    }

    /** Takes the object while the lease is open, and ends the lease then. */
    @JCStressTest
    @JCStressMeta(SlotDetachJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();

        @Actor
        public void taker(LLL_Result r) {
            r.r1 = lease.isOpen();
            pool.dawdle();
            lease.close();
        }

        @Actor
        public void invalidator() {
            lease.invalidate(new Exception("broken"));
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool);
        }
    }
}
