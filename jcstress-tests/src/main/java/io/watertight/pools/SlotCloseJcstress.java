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
 * A handle is closed by two threads at the moment its slot is given to somebody else. One close ends the lease; the other is
 * counted, and does not end the next lease, whose handle alone opens the object then.
 *
 * <p>Results: redundant closes, whether the next lease (taken by the second closer) is open, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "1, true, sound", expect = ACCEPTABLE, desc = "Closed once, and the next lease is untouched.")
@Outcome(expect = FORBIDDEN, desc = "Both closes succeeded, or a stale close ended the next lease.")
@State
public class SlotCloseJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private PoolLease<Thing> next;

    @Actor
    public void first() {
        lease.close();
    }

    @Actor
    public void second() {
        lease.close();
        next = pool.tryLease();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        PoolLease<Thing> now = next == null ? pool.tryLease() : next;
        r.r1 = pool.core.counters.redundantCloses.get();
        r.r2 = now != null && now.isOpen() && !lease.isOpen() && now.get() == pool.made.get(0);
        r.r3 = pool.audit();
    }

    /** Looks at the tag and not at the generation: whoever has the slot by then loses it. */
    @JCStressTest
    @JCStressMeta(SlotCloseJcstress.class)
    @State
    public static class BrokenNoGeneration {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private PoolLease<Thing> next;

        @Actor
        public void first() {
            close();
        }

        @Actor
        public void second() {
            close();
            next = pool.tryLease();
        }

        private void close() {
            Slot slot = pool.slot(0);
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) != Slot.LEASED || !slot.casState(state, Slot.next(state, Slot.FREE))) {
                pool.core.closedAgain(lease);
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            PoolLease<Thing> now = next == null ? pool.tryLease() : next;
            r.r1 = pool.core.counters.redundantCloses.get();
            r.r2 = now != null && now.isOpen() && !lease.isOpen() && now.get() == pool.made.get(0);
            r.r3 = pool.audit();
        }
    }
}
