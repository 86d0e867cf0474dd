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
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Somebody begins to wait at the moment the only object is given back, on the fast path. Each of them first says what it
 * does and then looks at what the other says, so one of them at least sees the other: the waiter gets the object.
 *
 * <p>Results: whether the waiter was served, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, sound", expect = ACCEPTABLE, desc = "The waiter got what was given back.")
@Outcome(expect = FORBIDDEN, desc = "The object is idle, and the waiter waits for it.")
@State
public class PoolCoreLostWakeUpJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private Waiter waiter;

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void waits() {
        waiter = pool.queue();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = pool.lease(waiter) != null;
        r.r2 = pool.audit();
    }

    /** Asks whether anybody waits before the object is free, and not again afterwards. */
    @JCStressTest
    @JCStressMeta(PoolCoreLostWakeUpJcstress.class)
    @State
    public static class BrokenOneLook {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private Waiter waiter;

        @Actor
        public void releaser() {
            Slot slot = pool.slot(0);
            long state = slot.stateVolatile();
            if (pool.core.controlVolatile() == 0) {
                pool.dawdle();
                slot.casState(state, Slot.next(state, Slot.FREE));
            } else {
                lease.close();
            }
        }

        @Actor
        public void waits() {
            waiter = pool.queue();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = pool.lease(waiter) != null;
            r.r2 = pool.audit();
        }
    }
}
