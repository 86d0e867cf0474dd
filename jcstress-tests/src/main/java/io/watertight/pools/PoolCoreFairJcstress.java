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
 * The object comes back while somebody waits for it, and a newcomer tries to take it. It goes from its holder to the waiter
 * without being free in between, so that the newcomer cannot be faster.
 *
 * <p>Results: whether the waiter and the newcomer got it, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, false, sound", expect = ACCEPTABLE, desc = "Who waited was served.")
@Outcome(expect = FORBIDDEN, desc = "The newcomer overtook the waiter.")
@State
public class PoolCoreFairJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private final Waiter waiter = pool.queue();

    @Actor
    public void releaser() {
        lease.close();
    }

    @Actor
    public void newcomer(LLL_Result r) {
        r.r2 = pool.tryLease() != null;
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = pool.lease(waiter) != null;
        r.r3 = pool.audit();
    }

    /** Frees the object, and then has the queue served; and the newcomer does not ask whether anybody waits. */
    @JCStressTest
    @JCStressMeta(PoolCoreFairJcstress.class)
    @State
    public static class BrokenFreeAndRetake {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final Waiter waiter = pool.queue();

        @Actor
        public void releaser() {
            Slot slot = pool.slot(0);
            slot.setStateVolatile(Slot.next(slot.statePlain(), Slot.FREE));
            pool.core.dispatcher.serve();
        }

        @Actor
        public void newcomer(LLL_Result r) {
            r.r2 = pool.core.table.claimAny(Fixture.LEASED) != null;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = pool.lease(waiter) != null;
            r.r3 = pool.audit();
        }
    }
}
