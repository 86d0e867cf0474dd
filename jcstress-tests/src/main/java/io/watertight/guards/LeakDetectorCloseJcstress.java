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
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads close one detector, with one resource open. It is reported once, and the one site of the detector gives
 * its place in the site table back once, or the table would take in more than its bound.
 *
 * <p>Results: reports that the scope has ended, sites that find room in a table for one.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Closed once.")
@Outcome(expect = FORBIDDEN, desc = "Reported twice or never, or a place was given back that was not taken.")
@State
public class LeakDetectorCloseJcstress {
    private final LeakRegistry registry = new LeakRegistry(() -> 0, false, 1, Throwable::new);
    private final LeakDetector detector = new LeakDetectorBuilder("close", registry).build();
    private final Site site = detector.site("opener");
    private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);

    @Actor
    public void first() {
        detector.close();
    }

    @Actor
    public void second() {
        detector.close();
    }

    @Arbiter
    public void arbiter(II_Result r) {
        r.r1 = (int) Fixture.stats(guard.site()).scopeEnd();
        for (String place : new String[] {"second", "third", "fourth"}) {
            r.r2 += registry.sites.intern(Fixture.TRACK, place, () -> site) == null ? 0 : 1;
        }
    }

    /** Looks whether it is closed, does the work, and says then that it is. */
    @JCStressTest
    @JCStressMeta(LeakDetectorCloseJcstress.class)
    @State
    public static class BrokenClosedLast {
        private final AtomicInteger reports = new AtomicInteger();
        private final AtomicInteger places = new AtomicInteger();
        private volatile boolean closed;

        @Actor
        public void first() {
            close();
        }

        @Actor
        public void second() {
            close();
        }

        private void close() {
            if (closed) {
                return;
            }
            reports.incrementAndGet();
            closed = true;
            places.incrementAndGet();
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = reports.get();
            r.r2 = places.get();
        }
    }
}
