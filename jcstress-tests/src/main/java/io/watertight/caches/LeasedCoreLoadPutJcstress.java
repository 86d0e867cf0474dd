package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A value is put for a key at the moment its load ends. One of the two stays; who waited for the load has what was loaded; and
 * each is closed once in the end.
 *
 * <p>Results: how who waited found the value, how many are in the cache, how often each was closed with it, and whether everything
 * adds up.
 */
@JCStressTest
@Outcome(id = "open, 1, 1 and 1, sound", expect = ACCEPTABLE, desc = "One of the two stays in the cache.")
@Outcome(expect = FORBIDDEN, desc = "A value is lost, or closed twice or under its user.")
@State
public class LeasedCoreLoadPutJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final Flight<ValueHandle<Thing>> flight = cache.begin(cache::made);
    private final Thing other = new Thing();

    @Actor
    public void runs() {
        cache.load();
    }

    @Actor
    public void puts() {
        cache.put(other);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        cache.closeAll();
        ValueHandle<Thing> mine = flight.join();
        r.r1 = mine.value().use();
        mine.release();
        cache.closeAll();
        r.r2 = cache.core.open.now().resident();
        r.r4 = cache.audit();
        r.r3 = cache.thing.closes + " and " + other.closes;
    }

    /** The load puts its value without looking whether there is one. */
    @JCStressTest
    @JCStressMeta(LeasedCoreLoadPutJcstress.class)
    @State
    public static class BrokenBlindPut {
        private final Thing loaded = new Thing();
        private final Thing other = new Thing();
        private volatile Thing present;

        @Actor
        public void runs() {
            replace(loaded);
        }

        @Actor
        public void puts() {
            replace(other);
        }

        private void replace(Thing by) {
            Thing before = present;
            dawdle();
            present = by;
            if (before != null) {
                before.close();
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r1 = "open";
            r.r2 = 1;
            present.close();
            r.r3 = loaded.closes + " and " + other.closes;
            r.r4 = "sound";
        }
    }
}
