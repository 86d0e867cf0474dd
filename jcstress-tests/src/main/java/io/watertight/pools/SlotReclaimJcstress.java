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
 * The scan finds that the anchor of a lease is gone while that lease is closed after all, as can be when the reference is
 * processed late. One of them ends the lease: the object is kept by the pool, or retired and reported, never both.
 *
 * <p>Results: leaks reported, redundant closes, objects idle, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "0, 0, 1, sound", expect = ACCEPTABLE, desc = "The close was first: the object is idle.")
@Outcome(
        id = "1, 1, 0, sound",
        expect = ACCEPTABLE,
        desc = "The scan was first: the object is retired, the close counted.")
@Outcome(expect = FORBIDDEN, desc = "Both or neither ended the lease.")
@State
public class SlotReclaimJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();

    public SlotReclaimJcstress() {
        pool.dropAnchor(0);
    }

    @Actor
    public void closer() {
        lease.close();
    }

    @Actor
    public void scan() {
        pool.core.scan.run(false);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        judge(r, pool);
    }

    private static void judge(LLLL_Result r, Fixture pool) {
        r.r1 = pool.books.leaks.get();
        r.r2 = pool.core.counters.redundantCloses.get();
        r.r3 = pool.core.table.count(Slot.FREE);
        pool.detached = (int) pool.core.counters.abandoned.get();
        r.r4 = pool.audit();
    }

    /** Looks whether the lease is open, and ends it later without comparing. */
    @JCStressTest
    @JCStressMeta(SlotReclaimJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();

        @Actor
        public void closer() {
            lease.close();
        }

        @Actor
        public void scan() {
            Slot slot = pool.slot(0);
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) == Slot.LEASED) {
                slot.setStateVolatile(Slot.next(state, Slot.RETURNING));
                pool.books.leaks.incrementAndGet();
                pool.core.dispatcher.retireLeaked(slot);
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            judge(r, pool);
        }
    }
}
