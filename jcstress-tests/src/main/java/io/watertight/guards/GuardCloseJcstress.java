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
 * Two owners close one guard at the same moment. The compare-and-set out of OPEN picks one of them: it alone runs the
 * cleanup and leaves the slot, and the other is counted as a redundant close, at once or after the fact.
 *
 * <p>Results: cleanups, released, redundant closes, outstanding.
 */
@JCStressTest
@Outcome(id = "1, 1, 1, 0", expect = ACCEPTABLE, desc = "One closer released the resource, the other is counted.")
@Outcome(expect = FORBIDDEN, desc = "Cleaned up twice or never, or a close that was not counted as what it was.")
@State
public class GuardCloseJcstress {
    private final Site site = Fixture.site(Fixture.TRACK);
    private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
    private final AtomicInteger cleanups = guard.get();

    @Actor
    public void first() {
        guard.close();
    }

    @Actor
    public void second() {
        guard.close();
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        judge(r, site, cleanups);
    }

    private static void judge(IIII_Result r, Site site, AtomicInteger cleanups) {
        SiteStats stats = Fixture.stats(site);
        r.r1 = cleanups.get();
        r.r2 = (int) stats.released();
        r.r3 = (int) stats.redundantCloses();
        r.r4 = (int) stats.outstanding();
    }

    /** Looks whether the record is open, and then closes it: both closers may have looked before either has closed. */
    @JCStressTest
    @JCStressMeta(GuardCloseJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Site site = Fixture.site(Fixture.TRACK);
        private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
        private final AtomicInteger cleanups = guard.get();

        @Actor
        public void first() {
            close();
        }

        @Actor
        public void second() {
            close();
        }

        private void close() {
            LeakRecord record = guard.record();
            if (!record.isOpen()) {
                site.redundantClose();
                return;
            }
            record.finish(LeakRecord.CLOSED);
            cleanups.incrementAndGet();
            record.segment().remove(record);
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            judge(r, site, cleanups);
        }
    }
}
