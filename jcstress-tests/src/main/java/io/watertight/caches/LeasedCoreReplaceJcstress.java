package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.BOUND_NANOS;
import static io.watertight.caches.LeasedFixture.KEY;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A value is replaced while its key is asked for. Who asks gets the old one or the new one, open; the old one is closed once, and
 * the new one stays.
 *
 * <p>Results: what was got, how often the old one was closed, how often the new one, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "old open, 1, 0, sound", expect = ACCEPTABLE, desc = "Before it was replaced; closed after the use.")
@Outcome(id = "new open, 1, 0, sound", expect = ACCEPTABLE, desc = "After that.")
@Outcome(expect = FORBIDDEN, desc = "A closed value, or none; or the old one is not closed once.")
@State
public class LeasedCoreReplaceJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final Thing newer = new Thing();

    public LeasedCoreReplaceJcstress() {
        cache.put(cache.thing);
    }

    @Actor
    public void puts() {
        cache.put(newer);
        cache.closeAll();
    }

    @Actor
    public void user(LLLL_Result r) {
        try {
            ValueHandle<Thing> handle = cache.core.take(KEY, (key, load) -> new Thing(), BOUND_NANOS);
            Thing mine = handle.value();
            r.r1 = (mine == cache.thing ? "old " : mine == newer ? "new " : "another ") + mine.use();
            handle.release();
        } catch (InterruptedException stray) {
            r.r1 = "interrupted";
        }
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        cache.closeAll();
        r.r2 = cache.thing.closes.get();
        r.r3 = newer.closes.get();
        r.r4 = cache.audit();
    }

    /** Closes what it has replaced. */
    @JCStressTest
    @JCStressMeta(LeasedCoreReplaceJcstress.class)
    @State
    public static class BrokenClosesAtOnce {
        private final ConcurrentHashMap<String, Thing> map = new ConcurrentHashMap<>();
        private final Thing old = new Thing();
        private final Thing newer = new Thing();

        public BrokenClosesAtOnce() {
            map.put(KEY, old);
        }

        @Actor
        public void puts() {
            map.put(KEY, newer).close();
        }

        @Actor
        public void user(LLLL_Result r) {
            Thing mine = map.get(KEY);
            r.r1 = (mine == old ? "old " : "new ") + mine.use();
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r2 = old.closes.get();
            r.r3 = newer.closes.get();
            r.r4 = "sound";
        }
    }
}
