package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * A leaked resource of a type that reclaims is about to be released by the library, and the handle that outlived its
 * referent is closed at the same moment. The arrow from LEAKED to CLOSING is one compare-and-set: whoever makes it runs
 * the cleanup.
 *
 * <p>Results: cleanups, released, leaked, redundant closes.
 */
@JCStressTest
@Outcome(id = "1, 1, 0, 0", expect = ACCEPTABLE, desc = "The close came before the reaper: released, no leak.")
@Outcome(id = "1, 0, 1, 0", expect = ACCEPTABLE, desc = "A leak; the late close released the resource.")
@Outcome(id = "1, 0, 1, 1", expect = ACCEPTABLE, desc = "A leak; it was reclaimed, and the late close is redundant.")
@Outcome(expect = FORBIDDEN, desc = "Cleaned up twice or never, or counted wrong.")
@State
public class GuardReclaimJcstress {
    private final Site site = Fixture.site(Fixture.RECLAIM);
    private final Guard<AtomicInteger> guard = Fixture.outliving(site);
    private final AtomicInteger cleanups = guard.get();

    @Actor
    public void closer() {
        guard.close();
    }

    @Actor
    public void library() {
        Fixture.REGISTRY.collected(guard.record());
        Fixture.REGISTRY.reporter.dispatchAll();
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        judge(r, site, cleanups);
    }

    private static void judge(IIII_Result r, Site site, AtomicInteger cleanups) {
        SiteStats stats = Fixture.stats(site);
        r.r1 = cleanups.get();
        r.r2 = (int) stats.released();
        r.r3 = (int) stats.leaked();
        r.r4 = (int) stats.redundantCloses();
    }

    /** Reclaims what it sees LEAKED without claiming it first: a late close has not been told. */
    @JCStressTest
    @JCStressMeta(GuardReclaimJcstress.class)
    @State
    public static class BrokenUnclaimedReclaim {
        private final Site site = Fixture.site(Fixture.TRACK);
        private final Guard<AtomicInteger> guard = Fixture.outliving(site);
        private final AtomicInteger cleanups = guard.get();

        @Actor
        public void closer() {
            guard.close();
        }

        @Actor
        public void library() {
            LeakRecord record = guard.record();
            Fixture.REGISTRY.collected(record);
            if (LeakRecord.stateOf(record.wordVolatile()) == LeakRecord.LEAKED) {
                cleanups.incrementAndGet();
                record.finish(LeakRecord.CLOSED);
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            judge(r, site, cleanups);
        }
    }
}
