package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.BOUND_NANOS;
import static io.watertight.caches.LeasedFixture.KEY;
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
 * One more asks for a key at the moment its load ends. It gets the value that the first has got, held for each of them.
 *
 * <p>Results: what it got, how many hold the value, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "the value, 2, sound", expect = ACCEPTABLE, desc = "Held by both.")
@Outcome(expect = FORBIDDEN, desc = "Another value, or one that is held by too few or too many.")
@State
public class LeasedCoreLoadJoinJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final Flight<ValueHandle<Thing>> flight = cache.begin(cache::made);
    private ValueHandle<Thing> mine;

    @Actor
    public void runs() {
        cache.load();
    }

    @Actor
    public void asks(LLL_Result r) {
        try {
            mine = cache.core.take(KEY, (key, load) -> new Thing(), BOUND_NANOS);
            r.r1 = mine.value() == cache.thing ? "the value" : "another";
        } catch (InterruptedException | LoadTimeoutException failure) {
            r.r1 = failure.toString();
        }
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        ValueHandle<Thing> theirs = flight.join();
        r.r2 = theirs.holds();
        theirs.release();
        if (mine != null) {
            mine.release();
        }
        r.r3 = cache.audit();
    }

    /** Looks whether it has landed, and counts itself later. */
    @JCStressTest
    @JCStressMeta(LeasedCoreLoadJoinJcstress.class)
    @State
    public static class BrokenCheckThenCount {
        private final AtomicInteger holds = new AtomicInteger(1);
        private final AtomicInteger parties = new AtomicInteger(1);
        private volatile boolean landed;

        @Actor
        public void runs() {
            dawdle();
            landed = true;
            holds.addAndGet(parties.get() - 1);
        }

        @Actor
        public void asks(LLL_Result r) {
            if (landed) {
                holds.incrementAndGet();
            } else {
                dawdle();
                dawdle();
                parties.incrementAndGet();
            }
            r.r1 = "the value";
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = holds.get();
            r.r3 = "sound";
        }
    }
}
