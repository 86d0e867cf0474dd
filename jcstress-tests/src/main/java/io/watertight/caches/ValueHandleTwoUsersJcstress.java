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
 * Two use a value; one of them has it already, and drops it from the cache before it gives it back. Whoever is last has it
 * closed.
 *
 * <p>Results: how each found it, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "open, open, 1, sound", expect = ACCEPTABLE, desc = "Closed after both.")
@Outcome(id = "open, not there, 1, sound", expect = ACCEPTABLE, desc = "Dropped before the other came.")
@Outcome(expect = FORBIDDEN, desc = "Closed under a user, or twice, or never.")
@State
public class ValueHandleTwoUsersJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.held();

    @Actor
    public void holder(LLLL_Result r) {
        handle.retire();
        r.r1 = handle.value().use();
        handle.release();
        cache.closeAll();
    }

    @Actor
    public void other(LLLL_Result r) {
        if (handle.tryAcquire()) {
            r.r2 = handle.value().use();
            handle.release();
            cache.closeAll();
        } else {
            r.r2 = "not there";
        }
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r4 = cache.audit();
        r.r3 = cache.thing.closes.get();
    }

    /** Whoever is last is found by a look after each step. */
    @JCStressTest
    @JCStressMeta(ValueHandleTwoUsersJcstress.class)
    @State
    public static class BrokenLookLater {
        private final Thing thing = new Thing();
        private final AtomicInteger holds = new AtomicInteger(1);
        private volatile boolean retired;

        @Actor
        public void holder(LLLL_Result r) {
            retired = true;
            r.r1 = thing.use();
            release();
        }

        @Actor
        public void other(LLLL_Result r) {
            r.r2 = "not there";
            if (!retired) {
                holds.incrementAndGet();
                r.r2 = thing.use();
                release();
            }
        }

        private void release() {
            holds.decrementAndGet();
            dawdle();
            if (holds.get() == 0) {
                thing.close();
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = thing.closes.get();
            r.r4 = "sound";
        }
    }
}
