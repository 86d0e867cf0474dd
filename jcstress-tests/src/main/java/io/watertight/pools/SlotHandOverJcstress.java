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
 * A lease is handed over while it is closed and its slot is leased again. The hand-over either happens before the close or is
 * refused; it never makes its thread the owner of the next lease.
 *
 * <p>Results: whether it was handed over, whether the next lease belongs to who took it, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, true, sound", expect = ACCEPTABLE, desc = "Handed over, and then closed.")
@Outcome(id = "false, true, sound", expect = ACCEPTABLE, desc = "Closed, so that the hand-over was refused.")
@Outcome(expect = FORBIDDEN, desc = "The next lease has another owner than the thread that took it.")
@State
public class SlotHandOverJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();

    @Actor
    public void closer(LLL_Result r) {
        lease.close();
        pool.lease();
        r.r2 = pool.slot(0).owner == Thread.currentThread();
    }

    @Actor
    public void giver(LLL_Result r) {
        try {
            lease.handOver(Fixture.DEAD);
            r.r1 = true;
        } catch (IllegalStateException closedBefore) {
            r.r1 = false;
        }
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = (boolean) r.r2 && pool.slot(0).owner != Fixture.DEAD;
        r.r3 = pool.audit();
    }

    /** Looks whether the lease is open and writes the owner without the agreement that makes the close wait. */
    @JCStressTest
    @JCStressMeta(SlotHandOverJcstress.class)
    @State
    public static class BrokenUnlocked {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();

        @Actor
        public void closer(LLL_Result r) {
            lease.close();
            pool.lease();
            r.r2 = pool.slot(0).owner == Thread.currentThread();
        }

        @Actor
        public void giver(LLL_Result r) {
            r.r1 = lease.isOpen();
            if (lease.isOpen()) {
                pool.slot(0).owner = Fixture.DEAD;
                pool.slot(0).ownerId = Fixture.DEAD.getId();
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = (boolean) r.r2 && pool.slot(0).owner != Fixture.DEAD;
            r.r3 = pool.audit();
        }
    }
}
