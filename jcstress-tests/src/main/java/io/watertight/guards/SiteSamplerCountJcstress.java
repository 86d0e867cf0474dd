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
 * A leak is found, which opens the sampling window, while the same type's resources are acquired. Whatever the window
 * decides, each acquisition is counted at one site, its own or the common one, and closed there.
 *
 * <p>Results: acquired at all sites; outstanding at all sites; 1 if the window is open.
 */
@JCStressTest
@Outcome(id = "2, 0, 1", expect = ACCEPTABLE, desc = "Both are counted, and the window is open.")
@Outcome(expect = FORBIDDEN, desc = "An acquisition is counted nowhere or twice, or the signal was lost.")
@State
public class SiteSamplerCountJcstress {
    private final LeakRegistry registry = Fixture.newRegistry();
    private final LeakDetector detector = new LeakDetectorBuilder("sampled", registry).build();
    private final AtomicInteger cleanups = new AtomicInteger();

    @Actor
    public void user() {
        detector.open(cleanups, Fixture.CLEANUP).close();
        detector.open(cleanups, Fixture.CLEANUP).close();
    }

    @Actor
    public void finder() {
        detector.signal();
    }

    @Arbiter
    public void arbiter(III_Result r) {
        for (Site site : detector.sites()) {
            SiteStats stats = Fixture.stats(site);
            r.r1 += (int) stats.acquired();
            r.r2 += (int) stats.outstanding();
        }
        r.r3 = detector.sampler().isWindowOpen() ? 1 : 0;
    }

    /** Asks again at close which site it is: the window has opened in between, and the answer is another. */
    @JCStressTest
    @JCStressMeta(SiteSamplerCountJcstress.class)
    @State
    public static class BrokenSiteAtClose {
        private final Site common = Fixture.site(Fixture.COUNT);
        private final Site sampled = Fixture.site(Fixture.COUNT);
        private volatile boolean window;

        @Actor
        public void user() {
            site().countAcquisition();
            site().countRelease();
            site().countAcquisition();
            site().countRelease();
        }

        private Site site() {
            return window ? sampled : common;
        }

        @Actor
        public void finder() {
            window = true;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            for (Site site : new Site[] {common, sampled}) {
                SiteStats stats = Fixture.stats(site);
                r.r1 += (int) stats.acquired();
                r.r2 += (int) Math.abs(stats.outstanding());
            }
            r.r3 = 1;
        }
    }
}
