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
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The last lease of a value is closed at the moment the thread that closes values has nothing to close. It sees that, or is woken
 * for it; and it ends with the last value of a closed cache.
 *
 * <p>Results: whether the thread was in time, how often the value was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "in time, 1, sound", expect = ACCEPTABLE, desc = "Closed by that thread.")
@Outcome(expect = FORBIDDEN, desc = "The value stays open until the thread has waited long enough.")
@State
public class OpenValuesCloserWaitsJcstress {
    private static final long LONG = 4_000_000_000L; // the thread waits for 5 seconds

    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(1);

    public OpenValuesCloserWaitsJcstress() {
        cache.core.open.end();
    }

    @Actor
    public void closer(LLL_Result r) {
        long start = System.nanoTime();
        cache.runCloser();
        r.r1 = System.nanoTime() - start < LONG ? "in time" : "late";
    }

    @Actor
    public void user() {
        handle.release();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.places();
        r.r2 = cache.thing.closes.get();
    }

    /** Looks, and waits later. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(OpenValuesCloserWaitsJcstress.class)
    @State
    public static class BrokenCheckThenWait {
        private volatile int toClose;
        private volatile boolean waiting;
        private boolean woken;

        @Actor
        public void closer() {
            if (toClose == 0) {
                dawdle();
                waiting = true;
            }
        }

        @Actor
        public void user() {
            dawdle();
            toClose = 1;
            woken = waiting;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = waiting && !woken ? "late" : "in time";
            r.r2 = 1;
            r.r3 = "sound";
        }
    }
}
