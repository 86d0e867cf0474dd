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
 * The pool shrinks from two to one while one of two objects comes back; the other stays leased. The one that comes back is
 * destroyed, by the shrinking or by its return, once.
 *
 * <p>Results: objects destroyed, how often at most, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "1, 1, sound", expect = ACCEPTABLE, desc = "The surplus object has gone.")
@Outcome(expect = FORBIDDEN, desc = "It stayed, or was destroyed twice.")
@State
public class PoolCoreResizeJcstress {
    private final Fixture pool = Fixture.idle(2);
    private final PoolLease<Thing> held = pool.lease();
    private final PoolLease<Thing> lease = pool.lease();

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void shrinker() {
        pool.core.dispatcher.resize(1);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool, held);
    }

    private static void judge(LLL_Result r, Fixture pool, PoolLease<Thing> held) {
        r.r3 = pool.audit();
        int most = 0;
        int destroyed = 0;
        for (Thing thing : pool.made) {
            destroyed += thing.destroyed > 0 ? 1 : 0;
            most = Math.max(most, thing.destroyed);
        }
        r.r1 = destroyed + (held.isOpen() ? 0 : 10);
        r.r2 = most;
    }

    /** Asks for surplus before the object is free, and not afterwards. */
    @JCStressTest
    @JCStressMeta(PoolCoreResizeJcstress.class)
    @State
    public static class BrokenOneLook {
        private final Fixture pool = Fixture.idle(2);
        private final PoolLease<Thing> held = pool.lease();
        private final PoolLease<Thing> lease = pool.lease();
        private final Slot slot = pool.slot(held.toString().contains("#0,") ? 1 : 0);

        @Actor
        public void releaser() {
            long state = slot.stateVolatile();
            if (pool.core.controlVolatile() == 0) {
                pool.dawdle();
                slot.casState(state, Slot.next(state, Slot.FREE));
            } else {
                lease.close();
            }
        }

        @Actor
        public void shrinker() {
            pool.core.dispatcher.resize(1);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool, held);
        }
    }
}
