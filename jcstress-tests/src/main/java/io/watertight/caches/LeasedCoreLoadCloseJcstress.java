package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.KEY;
import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * The cache is closed while a load runs that one waits for. That one gets the value or an exception; the value is closed once, if
 * it was made, and all places are free.
 *
 * <p>Results: what is got, how often the value was made and not closed in the end, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "value, 0, sound", expect = ACCEPTABLE, desc = "Landed before; closed once it was given back.")
@Outcome(id = "closed, 0, sound", expect = ACCEPTABLE, desc = "Cancelled; nothing was made, or it was closed.")
@Outcome(expect = FORBIDDEN, desc = "A value or a place is lost, or who waits is left alone.")
@State
public class LeasedCoreLoadCloseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final AtomicInteger made = new AtomicInteger();
    private final Flight<ValueHandle<Thing>> flight = cache.begin((key, load) -> {
        made.incrementAndGet();
        return cache.thing;
    });

    @Actor
    public void runs() {
        cache.load();
        Thread.interrupted(); // by the close
    }

    @Actor
    public void closes() {
        cache.core.beginClose();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        ValueHandle<Thing> mine = flight.getNow(null);
        r.r1 = !flight.isDone() ? "nothing" : mine != null ? "value" : flight.failure() != null ? "closed" : "no value";
        if (mine != null) {
            mine.release();
        }
        cache.closeAll();
        r.r3 = cache.places();
        r.r2 = made.get() - cache.thing.closes.get();
    }

    /** Looks whether the cache is closed before it delivers, and delivers later. */
    @JCStressTest
    @JCStressMeta(LeasedCoreLoadCloseJcstress.class)
    @State
    public static class BrokenCheckThenDeliver {
        private final LeasedFixture cache = new LeasedFixture();
        private final ConcurrentHashMap<String, ValueHandle<Thing>> map = new ConcurrentHashMap<>();
        private final ValueHandle<Thing> handle = cache.held();
        private volatile boolean closed;

        @Actor
        public void runs(LLL_Result r) {
            boolean wanted = !closed;
            dawdle();
            if (wanted) {
                map.put(KEY, handle);
            } else {
                handle.retire();
            }
            r.r1 = wanted ? "value" : "closed";
            handle.release();
        }

        @Actor
        public void closes() {
            dawdle();
            closed = true;
            map.values().forEach(ValueHandle::retire);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            cache.closeAll();
            r.r3 = cache.places();
            r.r2 = 1 - cache.thing.closes.get();
        }
    }
}
