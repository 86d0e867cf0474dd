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
 * The only one who waits for a load leaves, while it runs. What was loaded is that one's, or is disposed of; the places of the
 * load and of the value are free again.
 *
 * <p>Results: whether that one left, how often the value was made and not closed, and whether everything adds up once the value
 * was given back.
 */
@JCStressTest
@Outcome(id = "true, 0, sound", expect = ACCEPTABLE, desc = "Left; nothing was made, or it was closed.")
@Outcome(id = "false, 1, sound", expect = ACCEPTABLE, desc = "Too late to leave: it has the value.")
@Outcome(expect = FORBIDDEN, desc = "A value or a place is lost, or closed under who has it.")
@State
public class LeasedCoreLoadLeaveJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final AtomicInteger made = new AtomicInteger();
    private final Flight<ValueHandle<Thing>> flight = cache.begin((key, load) -> {
        made.incrementAndGet();
        return cache.thing;
    });

    @Actor
    public void runs() {
        cache.load();
        Thread.interrupted(); // by whoever left while it ran; that this is in time is another test
        cache.closeAll();
    }

    @Actor
    public void leaves(LLL_Result r) {
        r.r1 = flight.leave();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        cache.closeAll();
        r.r2 = made.get() - cache.thing.closes.get();
        ValueHandle<Thing> mine = flight.join();
        if (mine != null) {
            mine.release();
        }
        String places = cache.audit();
        r.r3 = made.get() == cache.thing.closes.get() ? places : "closed " + cache.thing.closes;
    }

    /** Looks whether somebody waits, and delivers later. */
    @JCStressTest
    @JCStressMeta(LeasedCoreLoadLeaveJcstress.class)
    @State
    public static class BrokenCheckThenDeliver {
        private final Thing thing = new Thing();
        private volatile boolean left;
        private volatile boolean delivered;

        @Actor
        public void runs() {
            boolean wanted = !left;
            dawdle();
            if (wanted) {
                delivered = true;
            } else {
                thing.close();
            }
        }

        @Actor
        public void leaves(LLL_Result r) {
            dawdle();
            left = !delivered;
            r.r1 = left;
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = 1 - thing.closes.get();
            r.r3 = "sound";
        }
    }
}
