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
 * A lease whose owner has died is handed to a living thread at the moment the scan looks. Either the dead owner was accused
 * before the hand-over, or it was in time; in both cases the new owner stays the owner.
 *
 * <p>Results: accusations, whether the living thread is the owner, whether the object can still be used.
 */
@JCStressTest
@Outcome(id = "0, true, true", expect = ACCEPTABLE, desc = "Handed over in time.")
@Outcome(id = "1, true, true", expect = ACCEPTABLE, desc = "Accused, and then handed over.")
@Outcome(expect = FORBIDDEN, desc = "The scan forgot the new owner, or ended the lease.")
@State
public class SlotOwnerDeadJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease().handOver(Fixture.DEAD);

    @Actor
    public void giver() {
        lease.handOver(Fixture.WAITING);
    }

    @Actor
    public void scan() {
        pool.core.scan.run(true);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool, lease);
    }

    private static void judge(LLL_Result r, Fixture pool, PoolLease<Thing> lease) {
        r.r1 = pool.books.accusations.get();
        r.r2 = pool.slot(0).owner == Fixture.WAITING;
        r.r3 = lease.get() == pool.made.get(0);
    }

    /** Forgets the owner without asking under the lock whether it is still the one that died. */
    @JCStressTest
    @JCStressMeta(SlotOwnerDeadJcstress.class)
    @State
    public static class BrokenUnlocked {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease().handOver(Fixture.DEAD);

        @Actor
        public void giver() {
            lease.handOver(Fixture.WAITING);
        }

        @Actor
        public void scan() {
            Slot slot = pool.slot(0);
            if (slot.owner == Fixture.DEAD) {
                pool.books.accusations.incrementAndGet();
                pool.dawdle();
                slot.owner = null;
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool, lease);
        }
    }
}
