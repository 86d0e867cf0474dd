package io.watertight.caches;

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
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A load is cancelled at the moment its loader returns. The interrupt reaches that loader, or nobody: when the thread goes on, it
 * is not interrupted, and will not be.
 *
 * <p>Results: whether the thread was found interrupted after the load, whether the load was cancelled, how often the value was
 * closed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "false, true, 1, sound", expect = ACCEPTABLE, desc = "Cancelled; the value, if any, is disposed of.")
@Outcome(id = "false, true, 0, sound", expect = ACCEPTABLE, desc = "Cancelled before it began.")
@Outcome(id = "false, false, 1, sound", expect = ACCEPTABLE, desc = "Landed before; closed with the cache.")
@Outcome(expect = FORBIDDEN, desc = "The next load on that thread would have been interrupted; or a value is lost.")
@State
public class FlightCancelInterruptJcstress {
    private static final RuntimeException LATE = new IllegalStateException("jcstress");

    private final LeasedFixture cache = new LeasedFixture();
    private final Flight<ValueHandle<Thing>> flight = cache.begin(cache::made);

    @Actor
    public void runs(LLLL_Result r) {
        cache.load();
        r.r1 = Thread.interrupted();
    }

    @Actor
    public void cancels(LLLL_Result r) {
        r.r2 = flight.cancel(LATE);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        if (!(boolean) r.r2) {
            flight.join().release();
        }
        r.r4 = cache.audit();
        r.r3 = cache.thing.closes.get();
    }

    /** Looks whether the loader runs, and interrupts later. The flag is a model, so that no thread is disturbed. */
    @JCStressTest
    @JCStressMeta(FlightCancelInterruptJcstress.class)
    @State
    public static class BrokenLateInterrupt {
        private volatile boolean running = true;
        private volatile boolean interrupted;

        @Actor
        public void runs(LLLL_Result r) {
            dawdle();
            running = false;
            interrupted = false;
            dawdle();
            r.r1 = interrupted;
        }

        @Actor
        public void cancels(LLLL_Result r) {
            if (running) {
                dawdle();
                interrupted = true;
            }
            r.r2 = true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = 1;
            r.r4 = "sound";
        }
    }
}
