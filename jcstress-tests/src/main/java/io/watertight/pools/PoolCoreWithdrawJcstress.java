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
 * Somebody stops waiting, because the time is over or an interrupt came, at the moment the object is given back. Either it
 * is granted, and then kept although the waiter wanted to go, or the waiter is gone and the object is idle.
 *
 * <p>Results: whether the waiter was served, the tag of the slot, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 3, sound", expect = ACCEPTABLE, desc = "Granted before the waiter could go: it has the object.")
@Outcome(
        id = "false, 2, sound",
        expect = ACCEPTABLE,
        desc = "Gone before anything could be granted: the object is idle.")
@Outcome(expect = FORBIDDEN, desc = "Granted to somebody who has gone, or both granted and idle.")
@State
public class PoolCoreWithdrawJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private final Waiter waiter = pool.queue();

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void leaver(LLL_Result r) {
        if (!waiter.isDecided()) {
            pool.core.dispatcher.withdraw(waiter);
        }
        r.r1 = waiter.granted != null;
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = pool.tag(0);
        r.r3 = pool.audit();
    }

    /** Decides to go by a look at the grant that is not under the lock, and does not look again. */
    @JCStressTest
    @JCStressMeta(PoolCoreWithdrawJcstress.class)
    @State
    public static class BrokenGrantNotKept {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final Waiter waiter = pool.queue();

        @Actor
        public void releaser() {
            lease.close();
        }

        @Actor
        public void leaver(LLL_Result r) {
            boolean granted = waiter.granted != null;
            if (!granted) {
                pool.core.dispatcher.withdraw(waiter);
            }
            r.r1 = granted;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = pool.tag(0);
            r.r3 = pool.audit();
        }
    }
}
