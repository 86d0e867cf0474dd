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
 * Everything at once: one thread waits, gives up, and takes what it can; the other gives back, grows and shrinks the pool, and
 * has the scan and the upkeep run. Afterwards every slot and every object is accounted for, and each generation is a lease.
 *
 * <p>Results: whether the ends of leases are as many as the generations say, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, sound", expect = ACCEPTABLE, desc = "Nothing lost and nothing doubled.")
@Outcome(expect = FORBIDDEN, desc = "A slot, an object, a waiter or the end of a lease is not accounted for.")
@State
public class PoolCoreMixedJcstress {
    private final Fixture pool = Fixture.idle(2);
    private final PoolLease<Thing> one = pool.lease();
    private final PoolLease<Thing> two = pool.lease();
    private int ends;

    @Actor
    public void user() {
        Waiter waiter = pool.queue();
        two.close();
        pool.core.dispatcher.withdraw(waiter);
        PoolLease<Thing> got = pool.lease(waiter);
        PoolLease<Thing> tried = pool.tryLease();
        ends += close(got) + close(tried);
    }

    private static int close(PoolLease<Thing> lease) {
        if (lease == null) {
            return 0;
        }
        lease.close();
        return 1;
    }

    @Actor
    public void operator() {
        pool.core.dispatcher.resize(3);
        one.close();
        pool.core.dispatcher.resize(1);
        pool.core.step(true);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = pool.audit();
        long generations = 0;
        for (Slot slot : pool.core.table.slotsAcquire()) {
            generations += Slot.generationOf(slot.stateVolatile()) - 1;
        }
        r.r1 = generations == ends + 2;
    }

    /** Takes and gives back with looks and writes in place of compare-and-set. */
    @JCStressTest
    @JCStressMeta(PoolCoreMixedJcstress.class)
    @State
    public static class BrokenPlainWrites {
        private final Fixture pool = Fixture.idle(1);
        private int first;
        private int second;

        @Actor
        public void one() {
            first = cycle();
        }

        @Actor
        public void two() {
            second = cycle();
        }

        private int cycle() {
            Slot slot = pool.slot(0);
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) != Slot.FREE) {
                return 0;
            }
            pool.dawdle();
            slot.setStateVolatile(Slot.as(state, Fixture.LEASED));
            slot.setStateVolatile(Slot.next(slot.statePlain(), Slot.FREE));
            return 1;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = pool.audit();
            r.r1 = Slot.generationOf(pool.slot(0).stateVolatile()) - 1 == first + second;
        }
    }
}
