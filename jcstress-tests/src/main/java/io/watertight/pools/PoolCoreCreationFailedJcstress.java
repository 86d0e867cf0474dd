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
 * The making of an object fails at the moment one that is leased comes back, while two wait. The failure costs nobody his
 * place: one is served with what came back, and the other with the next that is made.
 *
 * <p>Results: whether the first waiter is served, whether the second is, once the next was made; whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, true, sound", expect = ACCEPTABLE, desc = "One was late, nobody was forgotten.")
@Outcome(expect = FORBIDDEN, desc = "A waiter or a place was lost with the failure.")
@State
public class PoolCoreCreationFailedJcstress {
    private final Fixture pool = Fixture.empty(2);
    private final PoolLease<Thing> lease;
    private final Waiter first;
    private final Waiter second;

    public PoolCoreCreationFailedJcstress() {
        Waiter early = pool.queue();
        pool.work();
        lease = pool.lease(early);
        first = pool.queue();
        second = pool.queue();
        pool.maker.failures = 1;
    }

    @Actor
    public void worker() {
        pool.work();
    }

    @Actor
    public void releaser() {
        lease.close();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        pool.books.advance(1_000); // the pause after a failure is over
        pool.core.workers.step();
        r.r3 = pool.audit();
        r.r1 = first.granted != null;
        r.r2 = second.granted != null && second.granted != first.granted;
    }

    /** Takes the failure as the answer to whoever is first at that moment, as found by a look without the lock. */
    @JCStressTest
    @JCStressMeta(PoolCoreCreationFailedJcstress.class)
    @State
    public static class BrokenFailureDelivered {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private final Waiter first = pool.queue();
        private final Waiter second = pool.queue();

        @Actor
        public void worker() {
            pool.core.dispatcher.withdraw(first.granted == null ? first : second);
        }

        @Actor
        public void releaser() {
            lease.close();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = first.granted != null;
            r.r2 = second.granted != null;
            r.r3 = pool.audit();
        }
    }
}
