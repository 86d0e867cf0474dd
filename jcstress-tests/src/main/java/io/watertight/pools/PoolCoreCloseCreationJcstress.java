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
 * The pool is closed while a worker has just made an object for somebody who waits. The waiter is served or refused, and the
 * object does not outlive the pool.
 *
 * <p>Results: whether the waiter was served, whether it was refused; how often the object is destroyed once it is back, and
 * whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, false, 1, sound", expect = ACCEPTABLE, desc = "Made and granted before the close.")
@Outcome(id = "false, true, 1, sound", expect = ACCEPTABLE, desc = "Closed first: what was made is destroyed.")
@Outcome(expect = FORBIDDEN, desc = "An orphan, a second end of it, or a waiter left alone.")
@State
public class PoolCoreCloseCreationJcstress {
    private final Fixture pool = Fixture.empty(1);
    private final Waiter waiter = pool.queue();

    @Actor
    public void worker() {
        pool.work();
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

    /** Asks before the object is made whether the pool is open, and places it without asking again. */
    @JCStressTest
    @JCStressMeta(PoolCoreCloseCreationJcstress.class)
    @State
    public static class BrokenNoSecondLook {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final Waiter waiter = new Waiter(Fixture.WAITING, Fixture.LEASED);

        @Actor
        public void worker() {
            if (!pool.core.isClosedNow()) {
                pool.dawdle();
                Slot slot = pool.slot(0);
                slot.setStateVolatile(Slot.next(slot.statePlain(), Slot.FREE));
            }
        }

        @Actor
        public void closer() {
            pool.core.dispatcher.close();
            waiter.refused = true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            lease.close();
            judge(r, pool, waiter);
        }
    }
}
