package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A reset that zeroes what was used meets an allocation that writes at once. Nothing is given out while the reset overwrites,
 * so what was allocated after the reset keeps what was written to it.
 *
 * <p>Results: whether the slice is valid after the reset, whether it still has what its owner wrote.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Allocated after the reset, and untouched since.")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Allocated before the reset, and zeroed by it.")
@Outcome(
        id = "0, 1",
        expect = ACCEPTABLE,
        desc = "Allocated before the reset, and written after it: refused all the same.")
@Outcome(expect = FORBIDDEN, desc = "The reset overwrote what was allocated after it.")
@State
public class BumpArenaOverwriteJcstress {
    private final BumpArena arena = BufferFixture.arena(true);
    private ArenaSlice slice;
    private ByteBuffer view;

    public BumpArenaOverwriteJcstress() {
        arena.allocate(16);
    }

    @Actor
    public void allocator() {
        slice = arena.allocate(8);
        try {
            view = slice.buffer();
            BufferFixture.fill(view, 7);
        } catch (IllegalStateException resetMeanwhile) {
            view = null;
        }
    }

    @Actor
    public void resetter() {
        arena.reset();
    }

    @Arbiter
    public void arbiter(II_Result r) {
        r.r1 = slice.isValid() ? 1 : 0;
        r.r2 = view == null ? 0 : BufferFixture.isFilled(view, 7);
        arena.close();
    }

    /** Begins the next epoch, and overwrites then. */
    @JCStressTest
    @JCStressMeta(BumpArenaOverwriteJcstress.class)
    @State
    public static class BrokenOverwriteAfterwards {
        private final ByteBuffer slab = ByteBuffer.allocate(64);
        private final AtomicInteger position = new AtomicInteger(16);
        private volatile int start;

        @Actor
        public void allocator() {
            start = position.getAndAdd(8);
            BufferFixture.fill(slab.slice(start, 8), 7);
        }

        @Actor
        public void resetter() {
            int used = position.getAndSet(0);
            for (int i = 0; i < used; i++) {
                slab.put(i, (byte) 0);
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = start == 0 ? 1 : 0;
            r.r2 = BufferFixture.isFilled(slab.slice(start, 8), 7);
        }
    }
}
