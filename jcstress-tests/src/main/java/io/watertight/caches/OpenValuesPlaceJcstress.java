package io.watertight.caches;

import static io.watertight.caches.LeasedFixture.dawdle;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.caches.LeasedFixture.Thing;
import java.util.concurrent.Semaphore;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * As many values are open as there may be, one of them dropped but leased. Somebody waits for its place while the lease is closed,
 * and gets it when the value was closed.
 *
 * <p>Results: how the one who waits found the value, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "closed, sound", expect = ACCEPTABLE, desc = "The place came after the close.")
@Outcome(expect = FORBIDDEN, desc = "One value too many is open, or a place is free and somebody waits for it.")
@State
public class OpenValuesPlaceJcstress {
    private final LeasedFixture cache = new LeasedFixture(1);
    private final ValueHandle<Thing> handle = cache.zombie(1);

    @Actor
    public void waits(LL_Result r) {
        try {
            cache.reserve();
            r.r1 = cache.thing.closes.get() == 0 ? "open" : "closed";
            cache.core.unreserve();
        } catch (LoadRefusedException notWoken) {
            r.r1 = "not woken";
        }
    }

    @Actor
    public void user() {
        handle.release();
        cache.closeAll();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = cache.audit();
    }

    /** Gives the place back when the value is to be closed. */
    @JCStressTest
    @JCStressMeta(OpenValuesPlaceJcstress.class)
    @State
    public static class BrokenEarlyPlace {
        private final Thing thing = new Thing();
        private final Semaphore places = new Semaphore(0, true);

        @Actor
        public void waits(LL_Result r) {
            places.acquireUninterruptibly();
            r.r1 = thing.closes.get() == 0 ? "open" : "closed";
        }

        @Actor
        public void user() {
            places.release();
            dawdle();
            thing.close();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = "sound";
        }
    }
}
