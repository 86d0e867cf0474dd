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
 * A lease is closed while the next one of the same slot is taken: the anchor passes from one to the other. The closed handle
 * must have let go of it, or a dropped successor would never be found; and the successor must have one that the slot refers to,
 * or its collection would find nobody.
 *
 * <p>Results: whether the next lease has the anchor of the slot (or there is none), whether the closed handle has let go, and
 * what a scan finds.
 */
@JCStressTest
@Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "One lease, one anchor.")
@Outcome(
        expect = FORBIDDEN,
        desc = "Pinned by a closed handle, without an anchor of its own, or reported while it is held.")
@State
public class SlotAnchorJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private PoolLease<Thing> next;

    @Actor
    public void closer() {
        lease.close();
    }

    @Actor
    public void acquirer() {
        next = pool.tryLease();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        pool.core.scan.run(true);
        Slot.AnchorReference reference = pool.slot(0).reference;
        r.r1 = next == null || next.anchor != null && reference != null && next.anchor == reference.get();
        r.r2 = lease.anchor == null;
        r.r3 = pool.books.leaks.get();
    }

    /** Takes the anchor away from the slot after the slot was given back: it may be that of the next lease. */
    @JCStressTest
    @JCStressMeta(SlotAnchorJcstress.class)
    @State
    public static class BrokenClearedLate {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private PoolLease<Thing> next;

        @Actor
        public void closer() {
            lease.close();
            pool.dawdle();
            pool.slot(0).reference = null;
        }

        @Actor
        public void acquirer() {
            next = pool.tryLease();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            pool.core.scan.run(true);
            Slot.AnchorReference reference = pool.slot(0).reference;
            r.r1 = next == null || next.anchor != null && reference != null && next.anchor == reference.get();
            r.r2 = lease.anchor == null;
            r.r3 = pool.books.leaks.get();
        }
    }
}
