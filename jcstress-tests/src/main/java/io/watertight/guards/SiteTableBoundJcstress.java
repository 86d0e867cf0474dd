package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Two acquisitions at two new places meet at the bound of the table: there is one place left. One of them gets it, and
 * the other is told that there is none, so that it counts at its type's common site.
 *
 * <p>Results: sites that were handed out, sites in the table, overflows counted, 1 if the table is full afterwards.
 */
@JCStressTest
@Outcome(id = "1, 1, 1, 1", expect = ACCEPTABLE, desc = "One place, one site, one overflow.")
@Outcome(expect = FORBIDDEN, desc = "More sites than the bound allows, or a place that nobody got.")
@State
public class SiteTableBoundJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final SiteTable sites = new SiteTable(1);

    @Actor
    public void first(IIII_Result r) {
        r.r1 = sites.intern(Fixture.TRACK, "first", () -> SITE) == SITE ? 1 : 0;
    }

    @Actor
    public void second(IIII_Result r) {
        r.r2 = sites.intern(Fixture.TRACK, "second", () -> SITE) == SITE ? 1 : 0;
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        r.r1 += r.r2;
        r.r2 = sites.size();
        r.r3 = (int) sites.overflows();
        r.r4 = sites.intern(Fixture.TRACK, "third", () -> SITE) == null ? 1 : 0;
    }

    /** Looks whether there is room, and then puts the site in: both find the same room. */
    @JCStressTest
    @JCStressMeta(SiteTableBoundJcstress.class)
    @State
    public static class BrokenRoomNotReserved {
        private final ConcurrentMap<String, Site> sites = new ConcurrentHashMap<>();
        private final AtomicInteger overflows = new AtomicInteger();

        @Actor
        public void first(IIII_Result r) {
            r.r1 = intern("first");
        }

        @Actor
        public void second(IIII_Result r) {
            r.r2 = intern("second");
        }

        private int intern(String place) {
            if (sites.size() >= 1) {
                overflows.incrementAndGet();
                return 0;
            }
            sites.putIfAbsent(place, SITE);
            return 1;
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            r.r1 += r.r2;
            r.r2 = sites.size();
            r.r3 = overflows.get();
            r.r4 = 1;
        }
    }
}
