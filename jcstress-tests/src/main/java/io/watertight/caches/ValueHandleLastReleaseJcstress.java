package io.watertight.caches;

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
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The last user of a dropped value gives it back, while somebody tries to acquire it: who fails counts for a moment, and may be
 * the one who leaves it unused. Both may see that, and one of them closes it.
 *
 * <p>Results: whether it was acquired, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "Closed once.")
@Outcome(expect = FORBIDDEN, desc = "Acquired though dropped; closed twice, or never.")
@State
public class ValueHandleLastReleaseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(1);

    @Actor
    public void user() {
        handle.release();
    }

    @Actor
    public void late(LLL_Result r) {
        r.r1 = handle.tryAcquire();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.audit();
        r.r2 = cache.thing.closes.get();
    }

    /** Closes it when nobody uses it, without taking the state to CLOSED first. */
    @JCStressTest
    @JCStressMeta(ValueHandleLastReleaseJcstress.class)
    @State
    public static class BrokenWithoutGate {
        private final Thing thing = new Thing();
        private final AtomicInteger state = new AtomicInteger(2 + 1);

        @Actor
        public void user() {
            release();
        }

        @Actor
        public void late(LLL_Result r) {
            r.r1 = (state.getAndAdd(2) & 1) == 0;
            release();
        }

        private void release() {
            if (state.addAndGet(-2) == 1) {
                thing.close();
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = thing.closes.get();
            r.r3 = "sound";
        }
    }
}
