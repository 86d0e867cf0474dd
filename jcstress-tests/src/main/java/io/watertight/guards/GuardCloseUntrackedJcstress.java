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
 * Two owners close a guard of a type that keeps no records. One compare-and-set of the guard's own field decides; at
 * COUNT the loser is counted, at OFF nothing is.
 *
 * <p>Results: cleanups at COUNT, cleanups at OFF, released at COUNT, redundant closes at COUNT.
 */
@JCStressTest
@Outcome(id = "1, 1, 1, 1", expect = ACCEPTABLE, desc = "One closer released each resource, the other is counted.")
@Outcome(expect = FORBIDDEN, desc = "Cleaned up twice or never, or a close that was not counted as what it was.")
@State
public class GuardCloseUntrackedJcstress {
    private final Site site = Fixture.site(Fixture.COUNT);
    private final Guard<AtomicInteger> counted = site.open(new AtomicInteger(), Fixture.CLEANUP);
    private final Guard<AtomicInteger> off = Fixture.OFF.open(new AtomicInteger(), Fixture.CLEANUP);
    private final AtomicInteger countedCleanups = counted.get();
    private final AtomicInteger offCleanups = off.get();

    @Actor
    public void first() {
        counted.close();
        off.close();
    }

    @Actor
    public void second() {
        counted.close();
        off.close();
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        SiteStats stats = Fixture.stats(site);
        r.r1 = countedCleanups.get();
        r.r2 = offCleanups.get();
        r.r3 = (int) stats.released();
        r.r4 = (int) stats.redundantCloses();
    }

    /** Keeps the state in a volatile field that is read, and then written: volatile orders, it does not decide. */
    @JCStressTest
    @JCStressMeta(GuardCloseUntrackedJcstress.class)
    @State
    public static class BrokenVolatileFlag {
        private final Site site = Fixture.site(Fixture.COUNT);
        private final AtomicInteger cleanups = new AtomicInteger();
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
                site.redundantClose();
                return;
            }
            closed = true;
            cleanups.incrementAndGet();
            site.countRelease();
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            SiteStats stats = Fixture.stats(site);
            r.r1 = cleanups.get();
            r.r2 = 1;
            r.r3 = (int) stats.released();
            r.r4 = (int) stats.redundantCloses();
        }
    }
}
