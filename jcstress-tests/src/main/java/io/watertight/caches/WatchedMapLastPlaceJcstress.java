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
 * Two entries race for the last place of a map that refuses. One gets it, the other does not.
 *
 * <p>The races of the maps, each with a proof of its own: two keys for the last place, here; one key that two add while there is
 * one place, {@code WatchedMapSameKey}; an entry that comes when another goes, {@code WatchedMapRemoval}; one key that is put
 * and removed, {@code WatchedMapPutRemove}; a scope that ends while its value is replaced, {@code ScopedMappingReplace}.
 *
 * <p>Not proved, as there is nothing to race with: the table of a {@link KeyProfile} is only touched under a lock, which
 * whoever counts a key merely tries. So a slot that is taken over can never be counted up by another thread at that moment; what
 * is lost is counted as missed. Samples of growth are taken under such a lock, too.
 *
 * <p>Results: what became of each, and what is counted in the end.
 */
@JCStressTest
@Outcome(id = "put, refused, 1 counted", expect = ACCEPTABLE, desc = "The first one has it.")
@Outcome(id = "refused, put, 1 counted", expect = ACCEPTABLE, desc = "The second one has it.")
@Outcome(expect = FORBIDDEN, desc = "More entries than the ceiling, or a place that nobody has.")
@State
public class WatchedMapLastPlaceJcstress {
    private final WatchedMap<String, Object> map = WatchedMapFixture.refusing(1);

    @Actor
    public void first(LLL_Result r) {
        r.r1 = WatchedMapFixture.put(map, FIRST);
    }

    @Actor
    public void second(LLL_Result r) {
        r.r2 = WatchedMapFixture.put(map, SECOND);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = WatchedMapFixture.audit(map);
    }

    /** Looks whether there is room, and then puts. */
    @JCStressTest
    @JCStressMeta(WatchedMapLastPlaceJcstress.class)
    @State
    public static class BrokenLookFirst {
        private final WatchedMapFixture.Parts parts = new WatchedMapFixture.Parts(1);

        @Actor
        public void first(LLL_Result r) {
            r.r1 = put(FIRST);
        }

        @Actor
        public void second(LLL_Result r) {
            r.r2 = put(SECOND);
        }

        private String put(String key) {
            if (parts.places.taken() >= 1) {
                return "refused";
            }
            WatchedMapFixture.dawdle();
            parts.held.put(key, key);
            parts.places.take();
            return "put";
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = parts.audit();
        }
    }
}
