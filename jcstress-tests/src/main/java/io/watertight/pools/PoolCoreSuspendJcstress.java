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
 * The pool is suspended, and goes on later, while somebody begins to wait for the idle object. Nobody is served from when the
 * suspension is seen until it ends, and nobody is forgotten then.
 *
 * <p>Results: whether a newcomer got something although the suspension was seen, whether the waiter is served in the end, and
 * whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, true, sound", expect = ACCEPTABLE, desc = "Before the suspension, or after it.")
@Outcome(expect = FORBIDDEN, desc = "Granted while suspended, or forgotten by the end of the suspension.")
@State
public class PoolCoreSuspendJcstress {
    private final Fixture pool = Fixture.idle(1);
    private volatile boolean suspended;
    private Waiter waiter;

    @Actor
    public void operator() {
        pool.core.dispatcher.suspend(true);
        suspended = true;
    }

    @Actor
    public void newcomer(LLL_Result r) {
        boolean late = suspended;
        PoolLease<Thing> lease = pool.tryLease();
        r.r1 = late && lease != null;
        if (lease != null) {
            lease.close();
        }
        waiter = pool.queue();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool, waiter);
    }

    private static void judge(LLL_Result r, Fixture pool, Waiter waiter) {
        pool.core.dispatcher.suspend(false);
        r.r2 = waiter.granted != null;
        r.r3 = pool.audit();
    }

    /** Asks before it takes the object whether the pool is suspended, or takes it anyway. */
    @JCStressTest
    @JCStressMeta(PoolCoreSuspendJcstress.class)
    @State
    public static class BrokenUnasked {
        private final Fixture pool = Fixture.idle(1);
        private volatile boolean suspended;
        private Waiter waiter;

        @Actor
        public void operator() {
            pool.core.dispatcher.suspend(true);
            suspended = true;
        }

        @Actor
        public void newcomer(LLL_Result r) {
            boolean late = suspended;
            Slot slot = pool.core.table.claimNear(pool.core.table.hints, Fixture.LEASED);
            r.r1 = late && slot != null;
            if (slot != null) {
                pool.core.untake(slot);
            }
            waiter = pool.queue();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool, waiter);
        }
    }
}
