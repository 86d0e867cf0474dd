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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The level of a type changes while one of its resources is opened and closed. A guard remembers at which level it was
 * opened and is counted accordingly on both sides, whatever the level is by then.
 *
 * <p>Results: cleanups, acquired less released (both are 0, 1 or 2), outstanding.
 */
@JCStressTest
@Outcome(id = "2, 0, 0", expect = ACCEPTABLE, desc = "Counted on both sides or on neither.")
@Outcome(expect = FORBIDDEN, desc = "Counted at its opening and not at its close, or the other way round.")
@State
public class GuardLevelJcstress {
    private final LeakDetector detector = detector(Fixture.REGISTRY);
    private final Site site = Fixture.site(detector);
    private final AtomicInteger cleanups = new AtomicInteger();
    private Guard<AtomicInteger> last;

    /** A detector that its registry does not know, and so never finds a second time. */
    private static LeakDetector detector(LeakRegistry registry) {
        return new LeakDetector(new LeakDetectorBuilder("level", registry), registry);
    }

    @Actor
    public void operator() {
        detector.level(TrackingLevel.COUNT);
        detector.level(TrackingLevel.OFF);
    }

    @Actor
    public void user() {
        site.open(cleanups, Fixture.CLEANUP).close();
        last = site.open(cleanups, Fixture.CLEANUP);
    }

    @Arbiter
    public void arbiter(III_Result r) {
        last.close();
        judge(r, site, cleanups);
    }

    private static void judge(III_Result r, Site site, AtomicInteger cleanups) {
        SiteStats stats = Fixture.stats(site);
        r.r1 = cleanups.get();
        r.r2 = (int) (stats.acquired() - stats.released());
        r.r3 = (int) stats.outstanding();
    }

    /** Asks the detector at close whether to count: what was opened at COUNT and closed at OFF stays outstanding. */
    @JCStressTest
    @JCStressMeta(GuardLevelJcstress.class)
    @State
    public static class BrokenLevelAtClose {
        private final LeakDetector detector = detector(Fixture.REGISTRY);
        private final Site site = Fixture.site(detector);
        private final AtomicInteger cleanups = new AtomicInteger();

        @Actor
        public void operator() {
            detector.level(TrackingLevel.COUNT);
            detector.level(TrackingLevel.OFF);
        }

        @Actor
        public void user() {
            open();
            close();
            open();
        }

        private void open() {
            if (detector.level() != TrackingLevel.OFF) {
                site.countAcquisition();
            }
        }

        private void close() {
            cleanups.incrementAndGet();
            if (detector.level() != TrackingLevel.OFF) {
                site.countRelease();
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            close();
            judge(r, site, cleanups);
        }
    }
}
