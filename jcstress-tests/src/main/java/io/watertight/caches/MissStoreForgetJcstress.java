package io.watertight.caches;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A load that found nothing says so while a value is put for that key. The load began before the put, so it knows less: the
 * key is not remembered as absent.
 *
 * <p>Result: 1 if it is.
 */
@JCStressTest
@JCStressMeta(MissStoreForgetJcstress.Narrative.class)
@State
public class MissStoreForgetJcstress {
    private static final Miss ABSENT = new Miss.Absent(Long.MAX_VALUE / 8);

    /** One for all, because it takes long to make; so each test has a key of its own. */
    private static final MissStore<Long> MISSES = new MissStore<>(1_000, () -> 0);

    private static final AtomicLong KEYS = new AtomicLong();

    private final Long key = KEYS.incrementAndGet();
    private final int stamp = MISSES.stamp(key);

    @Actor
    public void loader() {
        MISSES.remember(key, stamp, before -> ABSENT);
    }

    @Actor
    public void writer() {
        MISSES.forget(key);
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = MISSES.forget(key) == null ? 0 : 1;
    }

    /** What may come of it, for the twin as well. */
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "The put was last to say something of the key.")
    @Outcome(expect = FORBIDDEN, desc = "A key that has a value is taken for absent once the value is evicted.")
    public static class Narrative {}

    /** Looks at the stamp before it writes, not while it does. */
    @JCStressTest
    @JCStressMeta(Narrative.class)
    @State
    public static class BrokenCheckThenAct {
        private final Long key = KEYS.incrementAndGet();
        private final int stamp = MISSES.stamp(key);

        @Actor
        public void loader() {
            if (MISSES.stamp(key) == stamp && MISSES.find(key) == null) {
                MISSES.remember(key, MISSES.stamp(key), before -> ABSENT);
            }
        }

        @Actor
        public void writer() {
            MISSES.forget(key);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = MISSES.forget(key) == null ? 0 : 1;
        }
    }
}
