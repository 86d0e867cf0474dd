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
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The cache is closed by force while the last user of a dropped value gives it back. It is closed by one of them.
 *
 * <p>Results: whether force closed it, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "true, 1, sound", expect = ACCEPTABLE, desc = "Closed under its user.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "Its user was first.")
@Outcome(expect = FORBIDDEN, desc = "Closed twice, or never.")
@State
public class ValueHandleForceReleaseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.zombie(1);

    @Actor
    public void user() {
        handle.release();
    }

    @Actor
    public void force(LLL_Result r) {
        r.r1 = handle.force();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.audit();
        r.r2 = cache.thing.closes.get();
    }

    /** Looks whether it is closed, and closes it later. */
    @JCStressTest
    @JCStressMeta(ValueHandleForceReleaseJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Thing thing = new Thing();
        private final AtomicInteger state = new AtomicInteger(2 + 1);

        @Actor
        public void user() {
            dawdle();
            if (state.addAndGet(-2) == 1 && state.compareAndSet(1, Integer.MIN_VALUE)) {
                thing.close();
            }
        }

        @Actor
        public void force(LLL_Result r) {
            boolean open = state.get() >= 0;
            dawdle();
            if (open) {
                state.set(Integer.MIN_VALUE);
                thing.close();
            }
            r.r1 = open;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = thing.closes.get();
            r.r3 = "sound";
        }
    }
}
