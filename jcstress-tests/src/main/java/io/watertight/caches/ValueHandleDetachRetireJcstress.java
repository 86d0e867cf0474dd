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
 * The only user of a value takes it out of the cache, which drops it at the same time. That is no other user: the value is the
 * caller's, and the cache never closes it.
 *
 * <p>Results: what became of detaching, how often the value was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "detached, 0, sound", expect = ACCEPTABLE, desc = "The user owns it.")
@Outcome(expect = FORBIDDEN, desc = "Refused without another user, or closed under its new owner.")
@State
public class ValueHandleDetachRetireJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.held();

    @Actor
    public void user(LLL_Result r) {
        r.r1 = LeasedFixture.detach(handle);
    }

    @Actor
    public void retirer() {
        handle.retire();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        if (r.r1.equals("refused")) {
            handle.release();
        }
        r.r3 = cache.audit();
        r.r2 = cache.thing.closes.get();
    }

    /** Tries once to take it, and takes any change for another user. */
    @JCStressTest
    @JCStressMeta(ValueHandleDetachRetireJcstress.class)
    @State
    public static class BrokenSingleAttempt {
        private final Thing thing = new Thing();
        private final AtomicInteger state = new AtomicInteger(2);

        @Actor
        public void user(LLL_Result r) {
            int before = state.get();
            dawdle();
            dawdle();
            r.r1 = state.compareAndSet(before, Integer.MIN_VALUE) ? "detached" : "refused";
        }

        @Actor
        public void retirer() {
            dawdle();
            state.getAndUpdate(before -> before | 1);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = thing.closes.get();
            r.r3 = "sound";
        }
    }
}
