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
 * A scoped mapping ends while somebody puts another value for its key. The end removes its own value, and never the other.
 *
 * <p>Results: what became of the put, what the key has in the end, and what is counted.
 */
@JCStressTest
@Outcome(id = "put, first, 1 counted", expect = ACCEPTABLE, desc = "Replaced, or added after the end.")
@Outcome(id = "refused, null, 0 counted", expect = ACCEPTABLE, desc = "Removed, but the end has not returned yet.")
@Outcome(expect = FORBIDDEN, desc = "The value of somebody else is gone.")
@State
public class ScopedMappingReplaceJcstress {
    private final WatchedMap<String, Object> map = WatchedMapFixture.refusing(1);
    private final Object mine = new Object();

    public ScopedMappingReplaceJcstress() {
        map.put(FIRST, mine);
    }

    @Actor
    public void end() {
        ScopedMappings.remove(map, FIRST, mine);
    }

    @Actor
    public void putter(LLL_Result r) {
        r.r1 = WatchedMapFixture.put(map, FIRST);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = String.valueOf(map.get(FIRST));
        r.r3 = WatchedMapFixture.audit(map);
    }

    /** Looks whether the value is its own, and then removes the key. */
    @JCStressTest
    @JCStressMeta(ScopedMappingReplaceJcstress.class)
    @State
    public static class BrokenLookFirst {
        private final WatchedMap<String, Object> map = WatchedMapFixture.refusing(1);
        private final Object mine = new Object();

        public BrokenLookFirst() {
            map.put(FIRST, mine);
        }

        @Actor
        public void end() {
            if (map.get(FIRST) == mine) {
                WatchedMapFixture.dawdle();
                map.remove(FIRST);
            }
        }

        @Actor
        public void putter(LLL_Result r) {
            r.r1 = WatchedMapFixture.put(map, FIRST);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = String.valueOf(map.get(FIRST));
            r.r3 = WatchedMapFixture.audit(map);
        }
    }
}
