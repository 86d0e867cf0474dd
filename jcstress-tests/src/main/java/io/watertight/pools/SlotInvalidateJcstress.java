package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.pools.Fixture.Thing;
import java.lang.ref.Reference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A lease is invalidated by one thread and closed by another. One of them ends it: the object is destroyed once, or kept; never
 * destroyed and idle.
 *
 * <p>Results: whether the close ended the lease, whether the invalidation did, how often the object was destroyed, and whether
 * everything adds up.
 */
@JCStressTest
@Outcome(id = "true, false, 0, sound", expect = ACCEPTABLE, desc = "Closed first: kept.")
@Outcome(id = "false, true, 1, sound", expect = ACCEPTABLE, desc = "Invalidated first: destroyed.")
@Outcome(expect = FORBIDDEN, desc = "Both ended the lease: the pool gives out a destroyed object.")
@State
public class SlotInvalidateJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private final int stamp = Slot.stampOf(pool.slot(0).stateVolatile());

    @Actor
    public void closer(LLLL_Result r) {
        r.r1 = pool.core.release(pool.slot(0), stamp);
    }

    @Actor
    public void invalidator(LLLL_Result r) {
        r.r2 = pool.core.endLease(pool.slot(0), stamp, DestroyReason.INVALIDATED);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        judge(r, pool);
        Reference.reachabilityFence(lease);
    }

    private static void judge(LLLL_Result r, Fixture pool) {
        r.r4 = pool.audit();
        r.r3 = pool.made.get(0).destroyed;
    }

    /** Hands the object to the workers when the lease looks open. */
    @JCStressTest
    @JCStressMeta(SlotInvalidateJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final int stamp = Slot.stampOf(pool.slot(0).stateVolatile());

        @Actor
        public void closer(LLLL_Result r) {
            r.r1 = pool.core.release(pool.slot(0), stamp);
        }

        @Actor
        public void invalidator(LLLL_Result r) {
            boolean open = lease.isOpen();
            if (open) {
                pool.core.giveOn(pool.slot(0), DestroyReason.INVALIDATED);
            }
            r.r2 = open;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            judge(r, pool);
        }
    }
}
