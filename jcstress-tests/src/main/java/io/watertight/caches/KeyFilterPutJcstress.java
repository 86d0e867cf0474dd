package io.watertight.caches;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A key is put while the filter, which is being filled anew, is exchanged. Whichever filter answers afterwards has the key,
 * for whoever put it and for all others: it is never denied.
 *
 * <p>Results: 1 if the one that put it was denied, 1 if the key is denied at the end.
 */
@JCStressTest
@JCStressMeta(KeyFilterPutJcstress.Narrative.class)
@State
public class KeyFilterPutJcstress {
    private static final int KEY = 7;

    private final KeyFilter<Integer> filter = new KeyFilter<>();
    private final BloomFilter<Integer> next = empty();

    public KeyFilterPutJcstress() {
        BloomFilter<Integer> first = empty();
        filter.begin(first);
        filter.finish(first);
        filter.begin(next);
    }

    private static BloomFilter<Integer> empty() {
        return BloomFilter.create(Funnels.integerFunnel(), 8, 0.01);
    }

    @Actor
    public void writer(II_Result r) {
        filter.put(KEY);
        r.r1 = filter.denies(KEY) ? 1 : 0;
    }

    @Actor
    public void filler() {
        filter.finish(next);
    }

    @Arbiter
    public void arbiter(II_Result r) {
        r.r2 = filter.denies(KEY) ? 1 : 0;
    }

    /** What may come of it, for the twin as well. */
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The key is known.")
    @Outcome(expect = FORBIDDEN, desc = "A key that was put is denied: its value is never loaded.")
    public static class Narrative {}

    /** Reads which filter is being filled after it has written to the one that answers: the exchange comes between. */
    @JCStressTest
    @JCStressMeta(Narrative.class)
    @State
    public static class BrokenOrder {
        private volatile BloomFilter<Integer> current = empty();
        private volatile BloomFilter<Integer> next = empty();

        @Actor
        public void writer(II_Result r) {
            current.put(KEY);
            BloomFilter<Integer> filling = next;
            if (filling != null) {
                filling.put(KEY);
            }
            r.r1 = current.mightContain(KEY) ? 0 : 1;
        }

        @Actor
        public void filler() {
            current = next;
            next = null;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = current.mightContain(KEY) ? 0 : 1;
        }
    }
}
