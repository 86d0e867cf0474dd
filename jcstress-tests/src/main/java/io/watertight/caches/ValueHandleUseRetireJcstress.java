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
 * A value is acquired while the cache drops it, and nobody else uses it. Who acquired it uses it while it is open, or has not
 * acquired it.
 *
 * <p>Results: how the user found it, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "open, 1, sound", expect = ACCEPTABLE, desc = "Acquired before; closed after the use.")
@Outcome(id = "not there, 1, sound", expect = ACCEPTABLE, desc = "Dropped before.")
@Outcome(expect = FORBIDDEN, desc = "Closed under its user, or twice, or never.")
@State
public class ValueHandleUseRetireJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final ValueHandle<Thing> handle = cache.held();

    public ValueHandleUseRetireJcstress() {
        handle.release();
    }

    @Actor
    public void user(LLL_Result r) {
        if (handle.tryAcquire()) {
            r.r1 = handle.value().use();
            handle.release();
        } else {
            r.r1 = "not there";
        }
    }

    @Actor
    public void retirer() {
        handle.retire();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.audit();
        r.r2 = cache.thing.closes.get();
    }

    /** Looks whether the value was dropped, and counts itself later. */
    @JCStressTest
    @JCStressMeta(ValueHandleUseRetireJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final Thing thing = new Thing();
        private final AtomicInteger holds = new AtomicInteger();
        private volatile boolean retired;

        @Actor
        public void user(LLL_Result r) {
            r.r1 = "not there";
            if (!retired) {
                dawdle();
                dawdle();
                holds.incrementAndGet();
                r.r1 = thing.use();
                if (holds.decrementAndGet() == 0 && retired) {
                    thing.close();
                }
            }
        }

        @Actor
        public void retirer() {
            dawdle();
            retired = true;
            if (holds.get() == 0) {
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
