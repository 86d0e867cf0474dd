package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * The last user of a value goes, while it is dropped by two: by whom it is replaced, and by the close of the cache.
 *
 * <p>Results: whether each of them was the one who dropped it, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(
        id = {"true, false, 1, sound", "false, true, 1, sound"},
        expect = ACCEPTABLE,
        desc = "Dropped by one of them, closed once.")
@Outcome(expect = FORBIDDEN, desc = "Dropped by both or nobody; closed twice, or never.")
@State
public class ValueHandleRetireTwiceJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.held();

    @Actor
    public void user(LLLL_Result r) {
        handle.release();
        r.r1 = handle.retire();
    }

    @Actor
    public void retirer(LLLL_Result r) {
        r.r2 = handle.retire();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r4 = cache.audit();
        r.r3 = cache.thing.closes.get();
    }

    /** Looks whether it was dropped, and says so later. */
    @JCStressTest
    @JCStressMeta(ValueHandleRetireTwiceJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Thing thing = new Thing();
        private final AtomicInteger holds = new AtomicInteger(1);
        private volatile boolean retired;

        @Actor
        public void user(LLLL_Result r) {
            holds.decrementAndGet();
            r.r1 = retire();
        }

        @Actor
        public void retirer(LLLL_Result r) {
            r.r2 = retire();
        }

        private boolean retire() {
            boolean before = retired;
            dawdle();
            retired = true;
            if (!before && holds.get() == 0) {
                thing.close();
            }
            return !before;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = thing.closes.get();
            r.r4 = "sound";
        }
    }
}
