package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.BOUND_NANOS;
import static io.watertight.caches.LeasedFixture.KEY;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A load begins for a key that somebody else has begun to load meanwhile, while the cache is closed. The load that is not needed
 * is given up by its thread or cancelled by the close; its places are given back once.
 *
 * <p>Results: what the one who asks gets, and whether all places are free.
 */
@JCStressTest
@Outcome(id = "theirs, sound", expect = ACCEPTABLE, desc = "The value of the other load.")
@Outcome(id = "closed, sound", expect = ACCEPTABLE, desc = "Closed before it began.")
@Outcome(expect = FORBIDDEN, desc = "A place is lost, or given back twice.")
@State
public class FlightBeginCloseJcstress {
    private static final String THEIRS = "theirs";

    private final Semaphore open = new Semaphore(1);
    private final Loads<String, String, String> loads = new Loads<>(
            LeasedFixture.loading(task -> {}), LeasedFixture.mapWithOther(THEIRS), LeasedFixture.host(open));

    @Actor
    public void asks(LL_Result r) {
        try {
            r.r1 = loads.get(KEY, (key, load) -> "mine", BOUND_NANOS);
        } catch (CacheClosedException closed) {
            r.r1 = "closed";
        } catch (InterruptedException stray) {
            r.r1 = "interrupted";
        }
    }

    @Actor
    public void closes() {
        loads.close();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        boolean sound = loads.inFlight() == 0 && open.availablePermits() == 1;
        r.r2 = sound ? "sound" : loads.inFlight() + " in flight, " + open.availablePermits() + " free";
    }

    /** Both give the places back. */
    @JCStressTest
    @JCStressMeta(FlightBeginCloseJcstress.class)
    @State
    public static class BrokenBothGiveBack {
        private final AtomicInteger free = new AtomicInteger(0);
        private final AtomicReference<String> run = new AtomicReference<>("run");

        @Actor
        public void asks(LL_Result r) {
            run.set(null);
            free.incrementAndGet();
            r.r1 = THEIRS;
        }

        @Actor
        public void closes() {
            String cancelled = run.get();
            if (cancelled != null) {
                free.incrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = free.get() == 1 ? "sound" : free + " free";
        }
    }
}
