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
 * The anchor of an idle slot was collected, and the scan is told so while the slot is leased again. That anchor was nobody's: the
 * new lease is not described yet, or has an anchor of its own, and is no leak.
 *
 * <p>Results: the leaks found, whether the new lease is open, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "0, true, sound", expect = ACCEPTABLE, desc = "The anchor of an idle slot is nobody's lease.")
@Outcome(expect = FORBIDDEN, desc = "A lease that is held was taken for a leak.")
@State
public class SlotAnchorCollectedJcstress {
    private final Fixture pool = Fixture.idle(1);
    private PoolLease<Thing> next;

    public SlotAnchorCollectedJcstress() {
        pool.lease().close();
        pool.dropAnchor(0);
    }

    @Actor
    public void acquirer() {
        next = pool.tryLease();
    }

    @Actor
    public void scan() {
        pool.core.scan.run(false);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = pool.books.leaks.get();
        r.r2 = next != null && next.isOpen();
        r.r3 = pool.audit();
    }

    /** Does not ask whether the lease it sees is the one that was described. */
    @JCStressTest
    @JCStressMeta(SlotAnchorCollectedJcstress.class)
    @State
    public static class BrokenDescriptionNotRead {
        private final Fixture pool = Fixture.idle(1);
        private PoolLease<Thing> next;

        public BrokenDescriptionNotRead() {
            pool.lease().close();
            pool.dropAnchor(0);
        }

        @Actor
        public void acquirer() {
            next = pool.tryLease();
        }

        @Actor
        public void scan() {
            Slot slot = pool.slot(0);
            Slot.AnchorReference collected = slot.reference;
            long state = slot.stateVolatile();
            pool.dawdle();
            if (Slot.tagOf(state) == Slot.LEASED && slot.reference == collected) {
                pool.core.leaveLease(slot, Slot.stampOf(state));
                pool.books.leaks.incrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = pool.books.leaks.get();
            r.r2 = next != null && next.isOpen();
            r.r3 = pool.audit();
        }
    }
}
