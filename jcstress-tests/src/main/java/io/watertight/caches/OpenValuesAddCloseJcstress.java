package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.KEY;
import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A value is loaded or put while the cache is closed. It gets in, and is closed with the others, or is refused, and closed by who
 * brought it.
 *
 * <p>Results: whether it got in, how often it was closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "adopted, 1, sound", expect = ACCEPTABLE, desc = "Closed with the cache.")
@Outcome(id = "refused, 1, sound", expect = ACCEPTABLE, desc = "Too late, and closed at once.")
@Outcome(expect = FORBIDDEN, desc = "Overlooked by the close, or closed twice, or a place is lost.")
@State
public class OpenValuesAddCloseJcstress {
    private final LeasedFixture cache = new LeasedFixture();

    public OpenValuesAddCloseJcstress() {
        cache.reserve();
    }

    @Actor
    public void adopter(LLL_Result r) {
        try {
            cache.core.adopt(KEY, cache.thing, 0).release();
            r.r1 = "adopted";
        } catch (CacheClosedException closed) {
            cache.core.unreserve();
            r.r1 = "refused";
        }
    }

    @Actor
    public void closer() {
        cache.core.beginClose();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        cache.closeAll();
        r.r3 = cache.places();
        r.r2 = cache.thing.closes.get();
    }

    /** Looks whether the cache is closed, and adds the value later. */
    @JCStressTest
    @JCStressMeta(OpenValuesAddCloseJcstress.class)
    @State
    public static class BrokenLookThenAdd {
        private final LeasedFixture cache = new LeasedFixture();
        private final ConcurrentHashMap<String, ValueHandle<Thing>> held = new ConcurrentHashMap<>();
        private final ValueHandle<Thing> handle = cache.held();
        private volatile boolean ended;

        @Actor
        public void adopter(LLL_Result r) {
            if (ended) {
                handle.retire();
                r.r1 = "refused";
            } else {
                dawdle();
                held.put(KEY, handle);
                r.r1 = "adopted";
            }
            handle.release();
        }

        @Actor
        public void closer() {
            ended = true;
            held.values().forEach(ValueHandle::retire);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            cache.closeAll();
            r.r3 = cache.places();
            r.r2 = cache.thing.closes.get();
        }
    }
}
