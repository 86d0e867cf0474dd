package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads name the same new place. They get one site, or its counters would be spread over two; and the place that
 * the second one had reserved in vain can be used by the next site.
 *
 * <p>Results: 1 if both got the same site, sites in the table, of two more places how many found room (there is one).
 */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "One site, and the other place is free.")
@Outcome(expect = FORBIDDEN, desc = "Two sites for one place, or a place lost.")
@State
public class SiteTableInternJcstress {
    private final SiteTable sites = new SiteTable(2);
    private Site first;
    private Site second;

    private static Site fresh() {
        return Fixture.site(Fixture.TRACK);
    }

    @Actor
    public void first() {
        first = sites.intern(Fixture.TRACK, "place", SiteTableInternJcstress::fresh);
    }

    @Actor
    public void second() {
        second = sites.intern(Fixture.TRACK, "place", SiteTableInternJcstress::fresh);
    }

    @Arbiter
    public void arbiter(III_Result r) {
        r.r1 = first != null && first == second ? 1 : 0;
        r.r2 = sites.size();
        r.r3 += sites.intern(Fixture.TRACK, "third", SiteTableInternJcstress::fresh) == null ? 0 : 1;
        r.r3 += sites.intern(Fixture.TRACK, "fourth", SiteTableInternJcstress::fresh) == null ? 0 : 1;
    }

    /** Puts its own site in when it finds none: the first site is replaced while somebody counts at it. */
    @JCStressTest
    @JCStressMeta(SiteTableInternJcstress.class)
    @State
    public static class BrokenPutIfAbsentInTwoSteps {
        private final ConcurrentMap<String, Site> sites = new ConcurrentHashMap<>();
        private Site first;
        private Site second;

        @Actor
        public void first() {
            first = intern();
        }

        @Actor
        public void second() {
            second = intern();
        }

        private Site intern() {
            Site site = sites.get("place");
            if (site == null) {
                site = fresh();
                sites.put("place", site);
            }
            return site;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = first != null && first == second ? 1 : 0;
            r.r2 = sites.size();
            r.r3 = 1;
        }
    }
}
