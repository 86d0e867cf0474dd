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
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The last two users of a dropped value give it back at once. One of them has it closed.
 *
 * <p>Results: how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "1, sound", expect = ACCEPTABLE, desc = "By the last.")
@Outcome(expect = FORBIDDEN, desc = "Each took the other for the last, or both were.")
@State
public class ValueHandleTwoReleasesJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(2);

    @Actor
    public void first() {
        handle.release();
    }

    @Actor
    public void second() {
        handle.release();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = cache.audit();
        r.r1 = cache.thing.closes.get();
    }

    /** Reads the state before it counts itself out. */
    @JCStressTest
    @JCStressMeta(ValueHandleTwoReleasesJcstress.class)
    @State
    public static class BrokenReadFirst {
        private final Thing thing = new Thing();
        private final AtomicInteger holds = new AtomicInteger(2);

        @Actor
        public void first() {
            release();
        }

        @Actor
        public void second() {
            release();
        }

        private void release() {
            int before = holds.get();
            dawdle();
            holds.decrementAndGet();
            if (before == 1) {
                thing.close();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = thing.closes.get();
            r.r2 = "sound";
        }
    }
}
