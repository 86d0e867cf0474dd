package io.watertight.caches;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

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
    private static final Integer KEY = 7;
    private static final Miss ABSENT = new Miss.Absent(Long.MAX_VALUE / 8);

    private final MissStore<Integer> misses = new MissStore<>(10, () -> 0);
    private final int stamp = misses.stamp(KEY);

    @Actor
    public void loader() {
        misses.remember(KEY, stamp, before -> ABSENT);
    }

    @Actor
    public void writer() {
        misses.forget(KEY);
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = misses.find(KEY) == null ? 0 : 1;
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
        private final MissStore<Integer> misses = new MissStore<>(10, () -> 0);
        private final int stamp = misses.stamp(KEY);

        @Actor
        public void loader() {
            if (misses.stamp(KEY) == stamp) {
                misses.remember(KEY, misses.stamp(KEY), before -> ABSENT);
            }
        }

        @Actor
        public void writer() {
            misses.forget(KEY);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = misses.find(KEY) == null ? 0 : 1;
        }
    }
}
