package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Idle objects are looked at, one by one, while somebody begins to wait. The object is taken out of circulation for the look
 * and comes back to the waiter, who neither gets it meanwhile nor is forgotten.
 *
 * <p>Results: whether the waiter was served, whether the object was seen by the predicate while it was leased, and whether
 * everything adds up.
 */
@JCStressTest
@Outcome(id = "true, false, sound", expect = ACCEPTABLE, desc = "Served before or after the look.")
@Outcome(expect = FORBIDDEN, desc = "Used while it was looked at, or forgotten because it was.")
@State
public class PoolCoreEvictJcstress {
    private final Fixture pool = Fixture.idle(1);
    private Waiter waiter;
    private boolean shared;

    @Actor
    public void upkeep() {
        pool.core.upkeep.evict(thing -> {
            shared |= pool.tag(0) != Slot.CHECKING && pool.tag(0) != Slot.RETURNING;
            return false;
        });
    }

    @Actor
    public void waits() {
        waiter = pool.queue();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = pool.lease(waiter) != null;
        r.r2 = shared;
        r.r3 = pool.audit();
    }

    /** Puts the object back without asking whether anybody has begun to wait. */
    @JCStressTest
    @JCStressMeta(PoolCoreEvictJcstress.class)
    @State
    public static class BrokenPutBack {
        private final Fixture pool = Fixture.idle(1);
        private Waiter waiter;

        @Actor
        public void upkeep() {
            Slot slot = pool.slot(0);
            if (SlotTable.tryClaim(slot, Slot.CHECKING)) {
                pool.dawdle();
                slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.FREE));
            }
        }

        @Actor
        public void waits() {
            waiter = pool.queue();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = pool.lease(waiter) != null;
            r.r2 = false;
            r.r3 = pool.audit();
        }
    }
}
