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
 * A key comes into being, first in its source and then in the filter, while the filter is filled anew from that source. Either
 * the stream has the key, or the writer sees the second filter: it is never denied.
 *
 * <p>Results: 1 if the one that put it was denied, 1 if the key is denied at the end.
 */
@JCStressTest
@JCStressMeta(KeyFilterRefillJcstress.Narrative.class)
@State
public class KeyFilterRefillJcstress {
    private static final int KEY = 7;

    private final KeyFilter<Integer> filter = new KeyFilter<>();
    private final BloomFilter<Integer> next = empty();
    private volatile boolean inSource;

    public KeyFilterRefillJcstress() {
        BloomFilter<Integer> first = empty();
        filter.begin(first);
        filter.finish(first);
    }

    private static BloomFilter<Integer> empty() {
        return BloomFilter.create(Funnels.integerFunnel(), 8, 0.01);
    }

    @Actor
    public void writer(II_Result r) {
        inSource = true;
        filter.put(KEY);
        r.r1 = filter.denies(KEY) ? 1 : 0;
    }

    @Actor
    public void filler() {
        filter.begin(next);
        if (inSource) {
            next.put(KEY);
        }
        filter.finish(next);
    }

    @Arbiter
    public void arbiter(II_Result r) {
        r.r2 = filter.denies(KEY) ? 1 : 0;
    }

    /** What may come of it, for the twin as well. */
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The key is known.")
    @Outcome(expect = FORBIDDEN, desc = "A key that exists is denied: its value is never loaded.")
    public static class Narrative {}

    /** Opens the stream before writers know of the second filter. */
    @JCStressTest
    @JCStressMeta(Narrative.class)
    @State
    public static class BrokenStreamFirst {
        private final KeyFilter<Integer> filter = new KeyFilter<>();
        private volatile boolean inSource;

        public BrokenStreamFirst() {
            BloomFilter<Integer> first = empty();
            filter.begin(first);
            filter.finish(first);
        }

        @Actor
        public void writer(II_Result r) {
            inSource = true;
            filter.put(KEY);
            r.r1 = filter.denies(KEY) ? 1 : 0;
        }

        @Actor
        public void filler() {
            boolean streamed = inSource;
            BloomFilter<Integer> next = empty();
            if (streamed) {
                next.put(KEY);
            }
            filter.begin(next);
            filter.finish(next);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = filter.denies(KEY) ? 1 : 0;
        }
    }
}
