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
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * One key is put and removed at the same time, in a map that has it already. The places are as many as the entries in the end.
 *
 * <p>Results: what became of the put, and what is counted in the end.
 */
@JCStressTest
@Outcome(id = "put, 0 counted", expect = ACCEPTABLE, desc = "Replaced, then removed.")
@Outcome(id = "put, 1 counted", expect = ACCEPTABLE, desc = "Removed, then added.")
@Outcome(id = "refused, 0 counted", expect = ACCEPTABLE, desc = "Removed, but the remove has not returned yet.")
@Outcome(expect = FORBIDDEN, desc = "An entry without a place, or a place without an entry.")
@State
public class WatchedMapPutRemoveJcstress {
    private final WatchedMap<String, Object> map = WatchedMapFixture.refusing(1);

    public WatchedMapPutRemoveJcstress() {
        map.put(FIRST, "before");
    }

    @Actor
    public void putter(LL_Result r) {
        r.r1 = WatchedMapFixture.put(map, FIRST);
    }

    @Actor
    public void remover() {
        map.remove(FIRST);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = WatchedMapFixture.audit(map);
    }

    /** Looks whether the key is there, and counts by that. */
    @JCStressTest
    @JCStressMeta(WatchedMapPutRemoveJcstress.class)
    @State
    public static class BrokenCountByLook {
        private final WatchedMapFixture.Parts parts = new WatchedMapFixture.Parts(2);

        public BrokenCountByLook() {
            parts.places.tryTake();
            parts.held.put(FIRST, "before");
        }

        @Actor
        public void putter(LL_Result r) {
            boolean absent = !parts.held.containsKey(FIRST);
            WatchedMapFixture.dawdle();
            parts.held.put(FIRST, FIRST);
            if (absent) {
                parts.places.take();
            }
            r.r1 = "put";
        }

        @Actor
        public void remover() {
            if (parts.held.remove(FIRST) != null) {
                parts.places.giveBack();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = parts.audit();
        }
    }
}
