package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.pools.Fixture.Thing;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A lease that is late is found by the scan while it is closed, and the slot is leased again from another place. What is
 * reported late is also reported as returned late; and what is reported belongs to the late lease, not to the next one.
 *
 * <p>Results: found overdue, returned late, whether the report names the place of the late lease.
 */
@JCStressTest
@Outcome(id = "0, 0, true", expect = ACCEPTABLE, desc = "Closed before it was found.")
@Outcome(id = "1, 1, true", expect = ACCEPTABLE, desc = "Found, and then closed.")
@Outcome(expect = FORBIDDEN, desc = "One report without the other, or the next lease was called late.")
@State
public class SlotOverdueJcstress {
    private final Fixture pool = Fixture.idle(1, options -> options.overdueAfter(Duration.ofSeconds(1)));
    private final PoolLease<Thing> lease = pool.lease();

    public SlotOverdueJcstress() {
        pool.books.advance(20);
        pool.books.site = Ledger.OTHER_SITE;
    }

    @Actor
    public void holder() {
        lease.close();
        pool.tryLease();
    }

    @Actor
    public void scan() {
        pool.core.scan.run(true);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        judge(r, pool);
    }

    private static void judge(LLL_Result r, Fixture pool) {
        r.r1 = pool.books.overdue.get();
        r.r2 = pool.books.late.get();
        r.r3 = pool.books.overdueAt != Ledger.OTHER_SITE;
    }

    /** Reports what it read without comparing the generation. */
    @JCStressTest
    @JCStressMeta(SlotOverdueJcstress.class)
    @State
    public static class BrokenNoFlag {
        private final Fixture pool = Fixture.idle(1, options -> options.overdueAfter(Duration.ofSeconds(1)));
        private final PoolLease<Thing> lease = pool.lease();

        public BrokenNoFlag() {
            pool.books.advance(20);
        }

        @Actor
        public void holder() {
            lease.close();
        }

        @Actor
        public void scan() {
            Slot slot = pool.slot(0);
            if (Slot.tagOf(slot.stateVolatile()) == Slot.LEASED) {
                pool.books.overdue.incrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            judge(r, pool);
        }
    }
}
