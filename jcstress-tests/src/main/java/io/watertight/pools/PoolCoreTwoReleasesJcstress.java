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
 * Two objects come back at once while two threads wait. Each waiter gets one of them.
 *
 * <p>Results: whether both were served, with objects of their own; whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, true, sound", expect = ACCEPTABLE, desc = "One each.")
@Outcome(expect = FORBIDDEN, desc = "A waiter was forgotten, or both have the same object.")
@State
public class PoolCoreTwoReleasesJcstress {
    private final Fixture pool = Fixture.idle(2);
    private final PoolLease<Thing> one = pool.lease();
    private final PoolLease<Thing> two = pool.lease();
    private final Waiter former = pool.queue();
    private final Waiter latter = pool.queue();

    @Actor
    public void first() {
        one.close();
    }

    @Actor
    public void second() {
        two.close();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool, former, latter);
    }

    private static void judge(LLL_Result r, Fixture pool, Waiter former, Waiter latter) {
        r.r1 = former.granted != null && latter.granted != null;
        r.r2 = former.granted != latter.granted;
        r.r3 = pool.audit();
    }

    /** Looks up the first waiter, and takes it out of the queue later: both may find the same one. */
    @JCStressTest
    @JCStressMeta(PoolCoreTwoReleasesJcstress.class)
    @State
    public static class BrokenHeadWithoutLock {
        private final Fixture pool = Fixture.idle(2);
        private final Waiter former = new Waiter(Fixture.WAITING, Fixture.LEASED);
        private final Waiter latter = new Waiter(Fixture.WAITING, Fixture.LEASED);

        @Actor
        public void first() {
            grant(pool.slot(0));
        }

        @Actor
        public void second() {
            grant(pool.slot(1));
        }

        private void grant(Slot slot) {
            Waiter head = former.granted == null ? former : latter;
            pool.dawdle();
            slot.setStateVolatile(Slot.as(slot.stateVolatile(), Fixture.LEASED));
            head.granted = slot;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool, former, latter);
        }
    }
}
