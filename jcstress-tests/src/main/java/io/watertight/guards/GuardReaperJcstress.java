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
 * The reaper finds the referent of a record collected while a handle that outlived it is being closed. Both want to
 * take the record out of OPEN. If the close wins there was no leak; if the reaper wins there was one, and the close that
 * comes too late still releases the resource, because nobody else will.
 *
 * <p>Results: cleanups, released, leaked, outstanding.
 */
@JCStressTest
@Outcome(id = "1, 1, 0, 0", expect = ACCEPTABLE, desc = "The close was first: released, no leak.")
@Outcome(id = "1, 0, 1, 0", expect = ACCEPTABLE, desc = "The reaper was first: a leak, cleaned up by the late close.")
@Outcome(expect = FORBIDDEN, desc = "Counted as both or as neither, cleaned up twice or never, or still outstanding.")
@State
public class GuardReaperJcstress {
    private final Site site = Fixture.site(Fixture.TRACK);
    private final Guard<AtomicInteger> guard = Fixture.outliving(site);
    private final AtomicInteger cleanups = guard.get();

    @Actor
    public void closer() {
        guard.close();
    }

    @Actor
    public void reaper() {
        Fixture.REGISTRY.collected(guard.record());
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
        r.r4 = (int) stats.outstanding();
    }

    /** The reaper looks whether the record is open, and then marks it: a close between the two is reported as a leak. */
    @JCStressTest
    @JCStressMeta(GuardReaperJcstress.class)
    @State
    public static class BrokenCheckThenReport {
        private final Site site = Fixture.site(Fixture.TRACK);
        private final Guard<AtomicInteger> guard = Fixture.outliving(site);
        private final AtomicInteger cleanups = guard.get();

        @Actor
        public void closer() {
            guard.close();
        }

        @Actor
        public void reaper() {
            LeakRecord record = guard.record();
            if (record.isOpen()) {
                record.finish(LeakRecord.LEAKED);
                record.segment().remove(record);
                site.leaked();
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            judge(r, site, cleanups);
        }
    }
}
