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
 * A load is cancelled at the moment a thread begins it. The loader is called or not; the place is given back once, and what was
 * loaded is closed.
 *
 * <p>Results: how often the loader was called, and its value closed; whether everything adds up at once, and when the cache is
 * closed.
 */
@JCStressTest
@Outcome(id = "0, 0, sound, sound", expect = ACCEPTABLE, desc = "Cancelled before it began.")
@Outcome(id = "1, 1, sound, sound", expect = ACCEPTABLE, desc = "Cancelled later; the value is disposed of.")
@Outcome(expect = FORBIDDEN, desc = "A value or a place is lost, or a place is given back twice.")
@State
public class FlightCancelBeginJcstress {
    private static final RuntimeException LATE = new IllegalStateException("jcstress");

    private final LeasedFixture cache = new LeasedFixture();
    private final AtomicInteger calls = new AtomicInteger();
    private final Flight<ValueHandle<Thing>> flight = cache.begin((key, load) -> {
        calls.incrementAndGet();
        return cache.thing;
    });
    private ValueHandle<Thing> delivered;

    @Actor
    public void runs() {
        cache.load();
        Thread.interrupted(); // only if it is late, which is another test
    }

    @Actor
    public void cancels() {
        if (!flight.cancel(LATE)) {
            delivered = flight.join();
        }
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        if (delivered != null) {
            delivered.retire();
            delivered.release();
        }
        cache.closeAll();
        r.r3 = cache.places();
        r.r1 = calls.get();
        r.r2 = cache.thing.closes.get();
        r.r4 = cache.audit();
    }

    /** Looks whether it has begun, and gives the place back later. */
    @JCStressTest
    @JCStressMeta(FlightCancelBeginJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final AtomicInteger places = new AtomicInteger();
        private volatile boolean begun;
        private volatile boolean cancelled;

        @Actor
        public void runs(LLLL_Result r) {
            r.r1 = 0;
            r.r2 = 0;
            if (!cancelled) {
                dawdle();
                begun = true;
                r.r1 = 1;
                r.r2 = 1;
                places.incrementAndGet();
            }
        }

        @Actor
        public void cancels() {
            cancelled = true;
            if (!begun) {
                places.incrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = places.get() == 1 ? "sound" : "places=" + places;
            r.r4 = "sound";
        }
    }
}
