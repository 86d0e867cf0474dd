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
 * Two objects are idle, and two threads look for one at the same time, each from where it found the last. Both find one: the
 * places where they begin to look are only hints, which they may share.
 *
 * <p>Results: whether both found an object, whether these are two, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, true, sound", expect = ACCEPTABLE, desc = "One each.")
@Outcome(expect = FORBIDDEN, desc = "Nothing found although there was enough, or one object found twice.")
@State
public class SlotTableStarvedJcstress {
    private final Fixture pool = Fixture.idle(2);
    private PoolLease<Thing> one;
    private PoolLease<Thing> two;

    @Actor
    public void first() {
        one = pool.tryLease();
    }

    @Actor
    public void second() {
        two = pool.tryLease();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = one != null && two != null;
        r.r2 = one != null && two != null && one.get() != two.get();
        r.r3 = pool.audit();
    }

    /** Looks for the first slot that is free, and gives up when somebody else was faster. */
    @JCStressTest
    @JCStressMeta(SlotTableStarvedJcstress.class)
    @State
    public static class BrokenOneTry {
        private final Fixture pool = Fixture.idle(2);
        private PoolLease<Thing> one;
        private PoolLease<Thing> two;

        @Actor
        public void first() {
            one = claim();
        }

        @Actor
        public void second() {
            two = claim();
        }

        private PoolLease<Thing> claim() {
            for (Slot slot : pool.core.table.slotsAcquire()) {
                long state = slot.stateVolatile();
                if (Slot.tagOf(state) == Slot.FREE) {
                    pool.dawdle();
                    return slot.casState(state, Slot.as(state, Fixture.LEASED)) ? pool.core.tracking.lease(slot) : null;
                }
            }
            return null;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = one != null && two != null;
            r.r2 = one != null && two != null && one.get() != two.get();
            r.r3 = pool.audit();
        }
    }
}
