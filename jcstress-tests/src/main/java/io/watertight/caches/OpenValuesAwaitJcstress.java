package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.BOUND_NANOS;
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
 * The cache is closed with a deadline while the last lease is closed. Who closes the cache waits for that value and no longer.
 *
 * <p>Results: whether it was told that all is closed, how often the value was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "complete, 1, sound", expect = ACCEPTABLE, desc = "Nothing is open, and nobody waits.")
@Outcome(expect = FORBIDDEN, desc = "Waits for what is closed, or does not wait for what is open.")
@State
public class OpenValuesAwaitJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final CacheLease<Thing> lease = new CacheLease<>(cache.held());

    @Actor
    public void closer(LLL_Result r) {
        long start = System.nanoTime();
        cache.core.beginClose();
        cache.closeAll();
        try {
            boolean gone = cache.core.open.awaitGone(BOUND_NANOS);
            boolean woken = System.nanoTime() - start < BOUND_NANOS;
            r.r1 = !woken ? "not woken" : gone && cache.thing.closes.get() == 1 ? "complete" : "too early";
        } catch (InterruptedException stray) {
            r.r1 = "interrupted";
        }
    }

    @Actor
    public void user() {
        lease.close();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r3 = cache.places();
        r.r2 = cache.thing.closes.get();
    }

    /** Counts a value as gone when it is to be closed. */
    @JCStressTest
    @JCStressMeta(OpenValuesAwaitJcstress.class)
    @State
    public static class BrokenGoneWhenQueued {
        private final LeasedFixture cache = new LeasedFixture();
        private final CacheLease<Thing> lease = new CacheLease<>(cache.held());

        @Actor
        public void closer(LLL_Result r) {
            cache.core.beginClose();
            dawdle();
            boolean gone = cache.core.open.now().leased() == 0;
            r.r1 = !gone || cache.thing.closes.get() == 1 ? "complete" : "too early";
        }

        @Actor
        public void user() {
            lease.close();
            dawdle();
            cache.closeAll();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            cache.closeAll();
            r.r3 = cache.places();
            r.r2 = cache.thing.closes.get();
        }
    }
}
