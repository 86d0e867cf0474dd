package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.pools.Fixture.Thing;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * The allocator is replaced while an object of the old one comes back and is taken again. The future completes when the last
 * old object has gone, and each object is ended by the allocator that made it (one ended by another counts a hundred).
 *
 * <p>Results: whether the future was completed while an old object was leased, how often that object was destroyed in the end,
 * whether the future is completed then, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, 1, true, sound", expect = ACCEPTABLE, desc = "The old object has gone, and nobody has it.")
@Outcome(expect = FORBIDDEN, desc = "The old object is left, or was ended twice or by the wrong allocator.")
@State
public class PoolCoreReplaceJcstress {
    private final Fixture pool = Fixture.idle(1);
    private final PoolLease<Thing> lease = pool.lease();
    private CompletableFuture<Void> replaced;
    private PoolLease<Thing> next;

    @Actor
    public void user() {
        lease.close();
        next = pool.tryLease();
    }

    @Actor
    public void operator() {
        replaced = pool.core.dispatcher.replaceAllocator(pool.new Maker());
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        judge(r, pool, next, replaced);
    }

    private static void judge(LLLL_Result r, Fixture pool, PoolLease<Thing> next, CompletableFuture<Void> replaced) {
        r.r1 = next != null && next.get() == pool.made.get(0) && pool.isReplaced();
        if (next != null) {
            next.close();
        }
        r.r4 = pool.audit();
        r.r2 = pool.made.get(0).destroyed;
        r.r3 = pool.isReplaced();
    }

    /** Gives the object back free without asking whether its allocator is still the one. */
    @JCStressTest
    @JCStressMeta(PoolCoreReplaceJcstress.class)
    @State
    public static class BrokenOneLook {
        private final Fixture pool = Fixture.idle(1);
        private final PoolLease<Thing> lease = pool.lease();
        private CompletableFuture<Void> replaced;

        @Actor
        public void user() {
            if (pool.core.controlVolatile() == 0) {
                pool.dawdle();
                Slot slot = pool.slot(0);
                slot.setStateVolatile(Slot.next(slot.statePlain(), Slot.FREE));
            } else {
                lease.close();
            }
        }

        @Actor
        public void operator() {
            replaced = pool.core.dispatcher.replaceAllocator(pool.new Maker());
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            judge(r, pool, null, replaced);
        }
    }
}
