package io.watertight.caches;

import static io.watertight.caches.WatchedMapFixture.FIRST;
import static io.watertight.caches.WatchedMapFixture.SECOND;
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
 * An entry comes while another goes, into a map with one place. It comes when the other has gone, or not at all: there are
 * never two, not even for a moment.
 *
 * <p>Results: what became of it, whether the other was seen beside it, and what is counted in the end.
 */
@JCStressTest
@Outcome(id = "put, alone, 1 counted", expect = ACCEPTABLE, desc = "After the other had gone.")
@Outcome(id = "refused, alone, 0 counted", expect = ACCEPTABLE, desc = "Before that.")
@Outcome(expect = FORBIDDEN, desc = "Two entries for a moment, or a place that is lost.")
@State
public class WatchedMapRemovalJcstress {
    private final WatchedMap<String, Object> map = WatchedMapFixture.refusing(1);

    public WatchedMapRemovalJcstress() {
        map.put(FIRST, FIRST);
    }

    @Actor
    public void remover() {
        map.remove(FIRST);
    }

    @Actor
    public void putter(LLL_Result r) {
        String put = WatchedMapFixture.put(map, SECOND);
        r.r1 = put;
        r.r2 = put.equals("put") && map.containsKey(FIRST) ? "beside" : "alone";
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = WatchedMapFixture.audit(map);
    }

    /** Gives the place back before the entry is gone. */
    @JCStressTest
    @JCStressMeta(WatchedMapRemovalJcstress.class)
    @State
    public static class BrokenGiveBackFirst {
        private final WatchedMapFixture.Parts parts = new WatchedMapFixture.Parts(1);

        public BrokenGiveBackFirst() {
            parts.places.tryTake();
            parts.held.put(FIRST, FIRST);
        }

        @Actor
        public void remover() {
            parts.places.giveBack();
            WatchedMapFixture.dawdle();
            parts.held.remove(FIRST);
        }

        @Actor
        public void putter(LLL_Result r) {
            boolean put = parts.places.tryTake();
            if (put) {
                parts.held.put(SECOND, SECOND);
            }
            r.r1 = put ? "put" : "refused";
            r.r2 = put && parts.held.containsKey(FIRST) ? "beside" : "alone";
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = parts.audit();
        }
    }
}
