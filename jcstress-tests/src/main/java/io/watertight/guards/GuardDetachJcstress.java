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
 * One owner closes a guard while another takes the resource out of it to keep it. Either the resource is released and
 * the detacher is refused, or the detacher owns it and the close does nothing.
 *
 * <p>Results: 1 if detach gave the resource away, cleanups, detached, released.
 */
@JCStressTest
@Outcome(id = "0, 1, 0, 1", expect = ACCEPTABLE, desc = "The close was first, and the detacher got an exception.")
@Outcome(id = "1, 0, 1, 0", expect = ACCEPTABLE, desc = "The detacher was first: the resource is open, and its own.")
@Outcome(expect = FORBIDDEN, desc = "A resource given away and released, or lost to both.")
@State
public class GuardDetachJcstress {
    private final Site site = Fixture.site(Fixture.TRACK);
    private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
    private final AtomicInteger cleanups = guard.get();

    @Actor
    public void closer() {
        guard.close();
    }

    @Actor
    public void detacher(IIII_Result r) {
        try {
            guard.detach();
            r.r1 = 1;
        } catch (IllegalStateException closedBefore) {
            r.r1 = 0;
        }
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        judge(r, site, cleanups);
    }

    private static void judge(IIII_Result r, Site site, AtomicInteger cleanups) {
        SiteStats stats = Fixture.stats(site);
        r.r2 = cleanups.get();
        r.r3 = (int) stats.detached();
        r.r4 = (int) stats.released();
    }

    /** The same without a record: at COUNT the guard's own field decides. */
    @JCStressTest
    @JCStressMeta(GuardDetachJcstress.class)
    @State
    public static class Untracked {
        private final Site site = Fixture.site(Fixture.COUNT);
        private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
        private final AtomicInteger cleanups = guard.get();

        @Actor
        public void closer() {
            guard.close();
        }

        @Actor
        public void detacher(IIII_Result r) {
            try {
                guard.detach();
                r.r1 = 1;
            } catch (IllegalStateException closedBefore) {
                r.r1 = 0;
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            judge(r, site, cleanups);
        }
    }

    /** Checks that the guard is open, and then marks it: a close in between releases what is given away. */
    @JCStressTest
    @JCStressMeta(GuardDetachJcstress.class)
    @State
    public static class BrokenCheckThenDetach {
        private final Site site = Fixture.site(Fixture.TRACK);
        private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
        private final AtomicInteger cleanups = guard.get();

        @Actor
        public void closer() {
            guard.close();
        }

        @Actor
        public void detacher(IIII_Result r) {
            if (guard.isOpen()) {
                LeakRecord record = guard.record();
                record.finish(LeakRecord.DETACHED);
                record.segment().remove(record);
                site.detached();
                r.r1 = 1;
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            judge(r, site, cleanups);
        }
    }
}
