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
 * The pool is closed while an object comes back for which somebody waits. The waiter is served or refused, one of the two; and
 * the object is destroyed once when nobody has it any more.
 *
 * <p>Results: whether the waiter got the object, whether it was refused; how often the object is destroyed once it is back, and
 * whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, false, 1, sound", expect = ACCEPTABLE, desc = "Served before the close.")
@Outcome(id = "false, true, 1, sound", expect = ACCEPTABLE, desc = "Refused by the close.")
@Outcome(expect = FORBIDDEN, desc = "A waiter left alone, or an object left over or destroyed twice.")
@State
public class PoolCoreCloseJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private final Waiter waiter = pool.queue();

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void closer() {
        pool.core.dispatcher.close();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        judge(r, pool, waiter);
    }

    private static void judge(LLLL_Result r, Fixture pool, Waiter waiter) {
        r.r1 = waiter.granted != null;
        r.r2 = waiter.refused;
        PoolLease<Thing> served = pool.lease(waiter);
        if (served != null) {
            served.close();
        }
        r.r4 = pool.audit();
        r.r3 = pool.made.get(0).destroyed;
    }

    /** Refuses those who wait without the lock, and looks at who was served by then only before. */
    @JCStressTest
    @JCStressMeta(PoolCoreCloseJcstress.class)
    @State
    public static class BrokenRefusedUnlocked {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final Waiter waiter = pool.queue();

        @Actor
        public void releaser() {
            lease.close();
        }

        @Actor
        public void closer() {
            if (!waiter.isDecided()) {
                pool.core.dispatcher.withdraw(waiter);
                waiter.refused = true;
            }
            pool.core.dispatcher.close();
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            judge(r, pool, waiter);
        }
    }
}
