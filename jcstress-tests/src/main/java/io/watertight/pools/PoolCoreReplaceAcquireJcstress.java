package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.pools.Fixture.Thing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * The allocator is replaced while an object of the old one comes back. Who acquires after the replacement has returned gets
 * nothing old: idle objects are ended at once, and others when they come back.
 *
 * <p>Results: what was acquired after the replacement had returned.
 */
@JCStressTest
@Outcome(id = "nothing", expect = ACCEPTABLE, desc = "The old object is held, or to be ended.")
@Outcome(expect = FORBIDDEN, desc = "The old object was given out once more.")
@State
public class PoolCoreReplaceAcquireJcstress {
    private final Fixture pool = Fixture.sparse(32);
    private final PoolLease<Thing> lease = pool.lease();

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void operator(L_Result r) {
        pool.core.dispatcher.replaceAllocator(pool.new Maker());
        r.r1 = pool.tryLease() == null ? "nothing" : "old object";
    }

    /** Ends what is idle at the moment of the replacement, and nothing that becomes idle just after. */
    @JCStressTest
    @JCStressMeta(PoolCoreReplaceAcquireJcstress.class)
    @State
    public static class BrokenOneSweep {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();

        @Actor
        public void releaser() {
            lease.close();
        }

        @Actor
        public void operator(L_Result r) {
            if (SlotTable.tryClaim(pool.slot(0), Slot.CHECKING)) {
                pool.core.giveOn(pool.slot(0), DestroyReason.REPLACED);
            }
            r.r1 = pool.tryLease() == null ? "nothing" : "old object";
        }
    }
}
