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
 * A lease is used while another thread ends it, and its slot is filled with another object for somebody else. Who uses it gets
 * the object of this lease, or is refused; never the object of somebody else.
 *
 * <p>Results: what the use of the lease ended with.
 */
@JCStressTest
@Outcome(id = "own", expect = ACCEPTABLE, desc = "Before the lease ended.")
@Outcome(id = "refused", expect = ACCEPTABLE, desc = "After the lease ended.")
@Outcome(expect = FORBIDDEN, desc = "Got what somebody else has, or nothing and no reason.")
@State
public class SlotGetJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();

    @Actor
    public void user(L_Result r) {
        Thing own = pool.made.get(0);
        try {
            r.r1 = lease.get() == own ? "own" : "other";
        } catch (IllegalStateException ended) {
            r.r1 = "refused";
        } catch (NullPointerException empty) {
            r.r1 = "nothing";
        }
    }

    @Actor
    public void closer() {
        Waiter next = pool.queue();
        lease.invalidate(new Exception("broken"));
        pool.work(); // destroyed
        pool.work(); // another made
        pool.lease(next);
    }

    /** Asks whether the lease is open before it reads the object, and not again afterwards. */
    @JCStressTest
    @JCStressMeta(SlotGetJcstress.class)
    @State
    public static class BrokenOneLook {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();

        @Actor
        public void user(L_Result r) {
            if (!lease.isOpen()) {
                r.r1 = "refused";
                return;
            }
            pool.dawdle();
            r.r1 = pool.slot(0).object == pool.made.get(0) ? "own" : "other";
        }

        @Actor
        public void closer() {
            Waiter next = pool.queue();
            lease.invalidate(new Exception("broken"));
            pool.work();
            pool.work();
            pool.lease(next);
        }
    }
}
