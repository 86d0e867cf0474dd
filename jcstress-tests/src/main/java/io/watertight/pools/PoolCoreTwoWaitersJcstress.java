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
 * Two threads begin to wait while one object is idle. One gets it at once, and the other is in the queue.
 *
 * <p>Results: how many were served, and how many once that one has given it back; whether everything adds up.
 */
@JCStressTest
@Outcome(id = "1, 2, sound", expect = ACCEPTABLE, desc = "One after the other.")
@Outcome(expect = FORBIDDEN, desc = "Both at once, neither, or one for ever in the queue.")
@State
public class PoolCoreTwoWaitersJcstress {
    private final Fixture pool = Fixture.idle(1);
    private Waiter one;
    private Waiter two;

    @Actor
    public void first() {
        one = pool.queue();
    }

    @Actor
    public void second() {
        two = pool.queue();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool, one, two);
    }

    private static void judge(LLL_Result r, Fixture pool, Waiter one, Waiter two) {
        r.r1 = served(one) + served(two);
        PoolLease<Thing> lease = pool.lease(one.granted == null ? two : one);
        if (lease != null) {
            lease.close();
        }
        r.r2 = served(one) + served(two);
        r.r3 = pool.audit();
    }

    private static int served(Waiter waiter) {
        return waiter.granted == null ? 0 : 1;
    }

    /** Looks whether there is a free slot before it has said that it waits, and serves itself without the lock. */
    @JCStressTest
    @JCStressMeta(PoolCoreTwoWaitersJcstress.class)
    @State
    public static class BrokenClaim {
        private final Fixture pool = Fixture.idle(1);
        private Waiter one;
        private Waiter two;

        @Actor
        public void first() {
            one = wait(pool);
        }

        @Actor
        public void second() {
            two = wait(pool);
        }

        private static Waiter wait(Fixture pool) {
            Waiter waiter = new Waiter(Fixture.WAITING, Fixture.LEASED);
            Slot slot = pool.slot(0);
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) == Slot.FREE) {
                pool.dawdle();
                slot.setStateVolatile(Slot.as(state, Fixture.LEASED));
                waiter.granted = slot;
            } else {
                pool.core.dispatcher.enqueue(waiter);
            }
            return waiter;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool, one, two);
        }
    }
}
