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
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A lease is invalidated by one thread and closed by another. The object is destroyed once, or kept; never destroyed and idle.
 *
 * <p>Results: how often it was destroyed, objects idle, redundant closes, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "0, 1, 1, sound", expect = ACCEPTABLE, desc = "Closed first: kept.")
@Outcome(
        id = {"1, 0, 0, sound", "1, 0, 1, sound"},
        expect = ACCEPTABLE,
        desc = "Invalidated first: destroyed. One close is expected after that, unless it had begun before.")
@Outcome(expect = FORBIDDEN, desc = "Both ended the lease: the pool gives out a destroyed object.")
@State
public class SlotInvalidateJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();

    @Actor
    public void closer() {
        lease.close();
    }

    @Actor
    public void invalidator() {
        lease.invalidate(new Exception("broken"));
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        judge(r, pool);
    }

    private static void judge(LLLL_Result r, Fixture pool) {
        r.r4 = pool.audit();
        r.r1 = pool.made.get(0).destroyed;
        r.r2 = pool.core.table.count(Slot.FREE);
        r.r3 = pool.core.counters.redundantCloses.get();
    }

    /** Hands the object to the workers when the lease looks open. */
    @JCStressTest
    @JCStressMeta(SlotInvalidateJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();

        @Actor
        public void closer() {
            lease.close();
        }

        @Actor
        public void invalidator() {
            Slot slot = pool.slot(0);
            if (lease.isOpen()) {
                pool.core.giveOn(slot, DestroyReason.INVALIDATED);
            } else {
                pool.core.closedAgain(lease);
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            judge(r, pool);
        }
    }
}
