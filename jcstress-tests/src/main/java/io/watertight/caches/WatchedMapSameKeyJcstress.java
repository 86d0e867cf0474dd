package io.watertight.caches;

import static io.watertight.caches.WatchedMapFixture.FIRST;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Two threads put the same key into a map that refuses and has one place. Whoever comes second replaces, and needs none.
 *
 * <p>Results: what became of each, and what is counted in the end.
 */
@JCStressTest
@Outcome(id = "put, put, 1 counted", expect = ACCEPTABLE, desc = "One added, one replaced.")
@Outcome(expect = FORBIDDEN, desc = "Refused for want of a place that nobody needs, or counted twice.")
@State
public class WatchedMapSameKeyJcstress {
    private final WatchedMap<String, Object> map = WatchedMapFixture.refusing(1);

    @Actor
    public void first(LLL_Result r) {
        r.r1 = WatchedMapFixture.put(map, FIRST);
    }

    @Actor
    public void second(LLL_Result r) {
        r.r2 = WatchedMapFixture.put(map, FIRST);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = WatchedMapFixture.audit(map);
    }

    /** Takes the place before it knows that the key is absent, and gives it back if it was not. */
    @JCStressTest
    @JCStressMeta(WatchedMapSameKeyJcstress.class)
    @State
    public static class BrokenPlaceFirst {
        private final WatchedMapFixture.Parts parts = new WatchedMapFixture.Parts(1);

        @Actor
        public void first(LLL_Result r) {
            r.r1 = put();
        }

        @Actor
        public void second(LLL_Result r) {
            r.r2 = put();
        }

        private String put() {
            if (parts.held.replace(FIRST, FIRST) != null) {
                return "put";
            }
            if (!parts.places.tryTake()) {
                return "refused";
            }
            if (parts.held.put(FIRST, FIRST) != null) {
                parts.places.giveBack();
            }
            return "put";
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = parts.audit();
        }
    }
}
