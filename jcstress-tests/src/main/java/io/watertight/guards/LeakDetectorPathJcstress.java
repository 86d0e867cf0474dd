package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Somebody changes the level of a type while the reaper, in its step, works out anew which path acquisitions take. The
 * path is a conclusion from several fields; the conclusion drawn from the older ones must not be the one that stays.
 *
 * <p>Results: 1 if acquisitions take the fast path in the end, which tracks; the level is OFF then.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The path fits the level.")
@Outcome(expect = FORBIDDEN, desc = "Acquisitions are tracked although the level is OFF.")
@State
public class LeakDetectorPathJcstress {
    private final LeakDetector detector =
            new LeakDetector(new LeakDetectorBuilder("path", Fixture.REGISTRY), Fixture.REGISTRY);

    @Actor
    public void operator() {
        detector.level(TrackingLevel.OFF);
    }

    @Actor
    public void reaper() {
        detector.recomputePath();
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = detector.isFastPath() ? 1 : 0;
    }

    /** Both work out and write: the slower one may write what it worked out from the level before. */
    @JCStressTest
    @JCStressMeta(LeakDetectorPathJcstress.class)
    @State
    public static class BrokenStaleConclusion {
        private volatile TrackingLevel level = TrackingLevel.TRACK;
        private volatile boolean fastPath = true;

        @Actor
        public void operator() {
            level = TrackingLevel.OFF;
            recomputePath();
        }

        @Actor
        public void reaper() {
            recomputePath();
        }

        private void recomputePath() {
            fastPath = level == TrackingLevel.TRACK && !Fixture.REGISTRY.scopes.isAnyOpen();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = fastPath ? 1 : 0;
        }
    }
}
