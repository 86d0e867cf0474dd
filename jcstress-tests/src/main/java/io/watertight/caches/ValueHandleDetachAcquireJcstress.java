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
 * The only user of a value takes it out of the cache, while another acquires it. One of them gets what it wants.
 *
 * <p>Results: what became of detaching, whether the other acquired it, how often the value was closed in the end, and whether
 * everything adds up.
 */
@JCStressTest
@Outcome(id = "detached, false, 0, sound", expect = ACCEPTABLE, desc = "The user owns it.")
@Outcome(id = "refused, true, 1, sound", expect = ACCEPTABLE, desc = "There was another user.")
@Outcome(expect = FORBIDDEN, desc = "Both have it, or nobody.")
@State
public class ValueHandleDetachAcquireJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.held();

    @Actor
    public void user(LLLL_Result r) {
        r.r1 = LeasedFixture.detach(handle);
    }

    @Actor
    public void other(LLLL_Result r) {
        r.r2 = handle.tryAcquire();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        if (r.r1.equals("refused")) {
            handle.release();
        }
        if ((boolean) r.r2) {
            handle.release();
        }
        r.r4 = cache.audit();
        r.r3 = cache.thing.closes.get();
    }

    /** Looks whether there is another user, and takes it later. */
    @JCStressTest
    @JCStressMeta(ValueHandleDetachAcquireJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Thing thing = new Thing();
        private final AtomicInteger state = new AtomicInteger(2);

        @Actor
        public void user(LLLL_Result r) {
            boolean alone = state.get() == 2;
            dawdle();
            dawdle();
            if (alone) {
                state.set(Integer.MIN_VALUE);
            }
            r.r1 = alone ? "detached" : "refused";
        }

        @Actor
        public void other(LLLL_Result r) {
            dawdle();
            r.r2 = state.getAndAdd(2) > 0;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            if (r.r1.equals("refused")) {
                thing.close();
            }
            r.r3 = thing.closes.get();
            r.r4 = "sound";
        }
    }
}
