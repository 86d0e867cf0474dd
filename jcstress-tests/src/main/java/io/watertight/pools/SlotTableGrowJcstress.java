package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The table grows while a thread looks for a free slot. It sees the table of before or the one of after, and each slot in the
 * latter is complete: what was put into it is there.
 *
 * <p>Results: the index of the slot that was found (-1 for none), and whether it had an object.
 */
@JCStressTest
@Outcome(id = "-1, true", expect = ACCEPTABLE, desc = "Looked at the table of before, or too early.")
@Outcome(id = "1, true", expect = ACCEPTABLE, desc = "Found the new slot, complete.")
@Outcome(expect = FORBIDDEN, desc = "Found half a slot.")
@State
public class SlotTableGrowJcstress {
    private final Fixture pool = Fixture.empty(1);

    @Actor
    public void grower() {
        pool.core.table.growTo(2);
        Slot slot = pool.slot(1);
        slot.object = pool;
        slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.FREE));
    }

    @Actor
    public void finder(LL_Result r) {
        Slot slot = pool.core.table.claimAny(Fixture.LEASED);
        r.r1 = slot == null ? -1 : slot.index;
        r.r2 = slot == null || slot.object == pool;
    }

    /** Publishes the longer table first, and makes its slots then. */
    @JCStressTest
    @JCStressMeta(SlotTableGrowJcstress.class)
    @State
    public static class BrokenFilledLate {
        private final Fixture pool = Fixture.empty(1);
        private volatile Slot[] slots = pool.core.table.slotsAcquire();

        @Actor
        public void grower() {
            Slot[] longer = new Slot[] {slots[0], null};
            slots = longer;
            longer[1] = new Slot(pool.core, 1);
            longer[1].object = pool;
        }

        @Actor
        public void finder(LL_Result r) {
            Slot[] all = slots;
            r.r1 = all.length == 1 ? -1 : 1;
            r.r2 = all.length == 1 || all[1] != null && all[1].object == pool;
        }
    }
}
