package io.watertight.caches;

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
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A value is offered for a key that has one, while the cache is closed. It stays the caller's unless it was put; the cache never
 * closes it then, and keeps no place for it.
 *
 * <p>Results: what the caller is told, how often the cache closed the offered value, how often the present one, and whether
 * everything adds up.
 */
@JCStressTest
@Outcome(id = "false, 0, 1, sound", expect = ACCEPTABLE, desc = "There was one.")
@Outcome(id = "closed, 0, 1, sound", expect = ACCEPTABLE, desc = "Too late.")
@Outcome(id = "true, 1, 1, sound", expect = ACCEPTABLE, desc = "The other was just dropped; closed with the cache.")
@Outcome(expect = FORBIDDEN, desc = "Nobody knows whose it is, or a place is lost.")
@State
public class LeasedCorePutIfAbsentCloseJcstress {
    private final LeasedFixture cache = new LeasedFixture();
    private final Thing offered = new Thing();

    public LeasedCorePutIfAbsentCloseJcstress() {
        cache.put(cache.thing);
    }

    @Actor
    public void offers(LLLL_Result r) {
        try {
            r.r1 = cache.core.putIfAbsent(KEY, offered);
        } catch (CacheClosedException closed) {
            r.r1 = "closed";
        } catch (IllegalStateException | InterruptedException failure) {
            r.r1 = failure.toString();
        }
    }

    @Actor
    public void closes() {
        cache.core.beginClose();
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        cache.closeAll();
        r.r4 = cache.places();
        r.r2 = offered.closes.get();
        r.r3 = cache.thing.closes.get();
    }

    /** Takes the drop by the close for another user of what was not put. */
    @JCStressTest
    @JCStressMeta(LeasedCorePutIfAbsentCloseJcstress.class)
    @State
    public static class BrokenSingleAttempt {
        private final AtomicInteger state = new AtomicInteger(2);

        @Actor
        public void offers(LLLL_Result r) {
            int before = state.get();
            dawdle();
            dawdle();
            r.r1 = state.compareAndSet(before, Integer.MIN_VALUE) ? "false" : "refused";
        }

        @Actor
        public void closes() {
            dawdle();
            state.getAndUpdate(before -> before | 1);
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r2 = 0;
            r.r3 = 1;
            r.r4 = state.get() < 0 ? "sound" : "a place is lost";
        }
    }
}
