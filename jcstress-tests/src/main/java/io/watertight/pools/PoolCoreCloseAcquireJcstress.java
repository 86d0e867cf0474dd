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
 * The pool is closed while an idle object is taken. Whoever gets it got it before the close; whoever comes after the close gets
 * nothing, and the object is destroyed once.
 *
 * <p>Results: whether it was taken, and is still held in the end; whether it was taken after the pool was seen closed; how
 * often it is destroyed once it is back, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = {"true, false, 1, sound", "false, false, 1, sound"},
        expect = ACCEPTABLE,
        desc = "Before or after.")
@Outcome(expect = FORBIDDEN, desc = "Granted after the close, or an object left over or destroyed twice.")
@State
public class PoolCoreCloseAcquireJcstress {
    private final Fixture pool = Fixture.idle(1);
    private PoolLease<Thing> lease;
    private volatile boolean closed;

    @Actor
    public void acquirer(LLLL_Result r) {
        boolean late = closed;
        lease = pool.tryLease();
        r.r2 = late && lease != null;
    }

    @Actor
    public void closer() {
        pool.core.dispatcher.close();
        closed = true;
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        judge(r, pool, lease);
    }

    private static void judge(LLLL_Result r, Fixture pool, PoolLease<Thing> lease) {
        r.r1 = lease != null;
        if (lease != null) {
            r.r1 = lease.isOpen() ? true : "taken away";
            lease.close();
        }
        r.r4 = pool.audit();
        r.r3 = pool.made.get(0).destroyed;
    }

    /** Ends what is idle with a look and a write, while others take it with a compare-and-set. */
    @JCStressTest
    @JCStressMeta(PoolCoreCloseAcquireJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Fixture pool = Fixture.idle(1);
        private PoolLease<Thing> lease;

        @Actor
        public void acquirer(LLLL_Result r) {
            lease = pool.tryLease();
            r.r2 = false;
        }

        @Actor
        public void closer() {
            if (pool.tag(0) == Slot.FREE) {
                pool.core.giveOn(pool.slot(0), DestroyReason.CLOSED);
            }
            pool.core.dispatcher.close();
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            judge(r, pool, lease);
        }
    }
}
