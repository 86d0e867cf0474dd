package io.watertight.caches;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

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
 * The first of all loads that finds nothing says so while a value is put for its key. Whoever puts it finds what is to be
 * forgotten, though there was nothing to remember before, or the load learns that it knows less.
 *
 * <p>Result: 1 if the key is remembered as absent.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "The put was last to say something of the key.")
@Outcome(expect = FORBIDDEN, desc = "A key that has a value is taken for absent once the value is evicted.")
@State
public class MissStoreFirstJcstress {
    private static final Miss ABSENT = new Miss.Absent(Long.MAX_VALUE / 8);
    private static final Long KEY = 1L;

    private final MissStore<Long> misses = new MissStore<>(10, () -> 0);
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

    /** Looks whether there is anything to forget before it advances the stamp. */
    @JCStressTest
    @JCStressMeta(MissStoreFirstJcstress.class)
    @State
    public static class BrokenLookFirst {
        private static final MethodHandle USED;
        static final Long OF_SAME_STAMP = ofSameStamp();

        static {
            try {
                USED = MethodHandles.privateLookupIn(MissStore.class, MethodHandles.lookup())
                        .findGetter(MissStore.class, "used", boolean.class);
            } catch (ReflectiveOperationException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }

        private final MissStore<Long> misses = new MissStore<>(10, () -> 0);
        private final int stamp = misses.stamp(KEY);

        /** To forget it advances the stamp of the key, and removes nothing. */
        private static Long ofSameStamp() {
            MissStore<Long> any = new MissStore<>(10, () -> 0);
            int before = any.stamp(KEY);
            Long other = KEY;
            do {
                other++;
                any.forget(other);
            } while (any.stamp(KEY) == before);
            return other;
        }

        @Actor
        public void loader() {
            misses.remember(KEY, stamp, before -> ABSENT);
        }

        @Actor
        public void writer() {
            try {
                boolean used = (boolean) USED.invokeExact(misses);
                misses.forget(used ? KEY : OF_SAME_STAMP);
            } catch (Throwable failure) {
                throw new AssertionError(failure);
            }
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = misses.find(KEY) == null ? 0 : 1;
        }
    }
}
