package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One thread allocates while another resets. What was allocated before the reset is refused after it, because the range and the
 * epoch come from one compare-and-set; what is valid after the reset is not given out again.
 *
 * <p>Results: whether the slice is valid after the reset, whether the next allocation got the same bytes.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Allocated after the reset: valid, and its own.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Allocated before the reset: refused, and given out again.")
@Outcome(expect = FORBIDDEN, desc = "A range of the old epoch is valid in the new one.")
@State
public class BumpArenaResetJcstress {
    private final BumpArena arena = BufferFixture.arena(false);
    private ArenaSlice slice;

    @Actor
    public void allocator() {
        slice = arena.allocate(4);
    }

    @Actor
    public void resetter() {
        arena.reset();
    }

    @Arbiter
    public void arbiter(II_Result r) {
        r.r1 = slice.isValid() ? 1 : 0;
        r.r2 = arena.used() == 0 ? 1 : 0;
        arena.close();
    }

    /** Keeps the epoch beside the position: a slice may get its range in one epoch and its stamp in the next. */
    @JCStressTest
    @JCStressMeta(BumpArenaResetJcstress.class)
    @State
    public static class BrokenTwoFields {
        private volatile int position;
        private volatile int epoch;
        private int stamp;

        @Actor
        public void allocator() {
            synchronized (this) {
                position += 4;
            }
            stamp = epoch;
        }

        @Actor
        public void resetter() {
            synchronized (this) {
                position = 0;
            }
            epoch++;
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = stamp == epoch ? 1 : 0;
            r.r2 = position == 0 ? 1 : 0;
        }
    }
}
