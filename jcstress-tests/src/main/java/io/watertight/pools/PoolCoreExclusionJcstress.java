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
 * Two threads take the only object, use it, and give it back. They use it one after the other, and the second sees all that
 * the first has written, although what it wrote is plain.
 *
 * <p>Results: whether the first and the second got it, uses of the object, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, true, 2, sound", expect = ACCEPTABLE, desc = "One after the other.")
@Outcome(
        id = {"true, false, 1, sound", "false, true, 1, sound"},
        expect = ACCEPTABLE,
        desc = "One found it taken.")
@Outcome(expect = FORBIDDEN, desc = "Both had it at once, or one did not see the writes of the other.")
@State
public class PoolCoreExclusionJcstress {
    private final Fixture pool = Fixture.idle(1);

    @Actor
    public void first(LLLL_Result r) {
        r.r1 = use();
    }

    @Actor
    public void second(LLLL_Result r) {
        r.r2 = use();
    }

    private boolean use() {
        PoolLease<Thing> lease = pool.tryLease();
        if (lease == null) {
            return false;
        }
        lease.get().uses++;
        lease.close();
        return true;
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r3 = pool.made.get(0).uses;
        r.r4 = pool.audit();
    }

    /** Takes a slot by looking whether it is free and then saying that it is not: both may have looked by then. */
    @JCStressTest
    @JCStressMeta(PoolCoreExclusionJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Fixture pool = Fixture.idle(1);

        @Actor
        public void first(LLLL_Result r) {
            r.r1 = use();
        }

        @Actor
        public void second(LLLL_Result r) {
            r.r2 = use();
        }

        private boolean use() {
            Slot slot = pool.slot(0);
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) != Slot.FREE) {
                return false;
            }
            Thing thing = (Thing) slot.object;
            int uses = thing.uses;
            slot.setStateVolatile(Slot.as(state, Fixture.LEASED));
            thing.uses = uses + 1;
            slot.setStateVolatile(Slot.next(state, Slot.FREE));
            return true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = pool.made.get(0).uses;
            r.r4 = pool.audit();
        }
    }
}
