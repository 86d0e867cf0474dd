package io.watertight.caches;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import com.github.benmanes.caffeine.cache.Cache;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A load that found nothing says so while everything is invalidated. The load began before, so it knows less.
 *
 * <p>Result: 1 if the key is remembered as absent.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The key is asked for again.")
@Outcome(expect = FORBIDDEN, desc = "What was known before the invalidation outlives it.")
@State
public class MissStoreForgetAllJcstress {
    private static final Miss ABSENT = new Miss.Absent(Long.MAX_VALUE / 8);
    private static final Long KEY = 1L;

    private final MissStore<Long> misses = new MissStore<>(10, () -> 0);
    private final int stamp = misses.stamp(KEY);

    @Actor
    public void loader() {
        misses.remember(KEY, stamp, before -> ABSENT);
    }

    @Actor
    public void operator() {
        misses.forgetAll();
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = misses.find(KEY) == null ? 0 : 1;
    }

    /** Removes what there is before it makes what comes later void. */
    @JCStressTest
    @JCStressMeta(MissStoreForgetAllJcstress.class)
    @State
    public static class BrokenRemoveFirst {
        private static final MethodHandle MISSES;

        static {
            try {
                MISSES = MethodHandles.privateLookupIn(MissStore.class, MethodHandles.lookup())
                        .findGetter(MissStore.class, "misses", Cache.class);
            } catch (ReflectiveOperationException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }

        private final MissStore<Long> misses = new MissStore<>(10, () -> 0);
        private final int stamp = misses.stamp(KEY);

        @Actor
        public void loader() {
            misses.remember(KEY, stamp, before -> ABSENT);
        }

        @Actor
        public void operator() {
            try {
                ((Cache<?, ?>) MISSES.invoke(misses)).invalidateAll();
            } catch (Throwable failure) {
                throw new AssertionError(failure);
            }
            misses.forget(MissStoreFirstJcstress.BrokenLookFirst.OF_SAME_STAMP);
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = misses.find(KEY) == null ? 0 : 1;
        }
    }
}
