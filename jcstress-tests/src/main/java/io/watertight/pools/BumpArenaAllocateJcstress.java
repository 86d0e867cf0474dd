package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two threads allocate at the same moment, and fill what they got. Each compare-and-set begins where the one before ended.
 *
 * <p>Results: whether the first, and whether the second found its bytes untouched; bytes in use.
 */
@JCStressTest
@Outcome(id = "1, 1, 8", expect = ACCEPTABLE, desc = "Two ranges, side by side.")
@Outcome(expect = FORBIDDEN, desc = "The ranges overlap, or bytes were lost.")
@State
public class BumpArenaAllocateJcstress {
    private final BumpArena arena = BufferFixture.arena(false);
    private ByteBuffer one;
    private ByteBuffer other;

    @Actor
    public void first() {
        one = arena.allocate(3).buffer();
        BufferFixture.fill(one, 1);
    }

    @Actor
    public void second() {
        other = arena.allocate(5).buffer();
        BufferFixture.fill(other, 2);
    }

    @Arbiter
    public void arbiter(III_Result r) {
        r.r1 = BufferFixture.isFilled(one, 1);
        r.r2 = BufferFixture.isFilled(other, 2);
        r.r3 = arena.used();
        arena.close();
    }

    /** Reads the position, and writes the next one. */
    @JCStressTest
    @JCStressMeta(BumpArenaAllocateJcstress.class)
    @State
    public static class BrokenReadThenWrite {
        private final ByteBuffer slab = ByteBuffer.allocate(64);
        private volatile int position;
        private ByteBuffer one;
        private ByteBuffer other;

        private ByteBuffer allocate(int bytes) {
            int start = position;
            position = start + bytes;
            return slab.slice(start, bytes);
        }

        @Actor
        public void first() {
            one = allocate(3);
            BufferFixture.fill(one, 1);
        }

        @Actor
        public void second() {
            other = allocate(5);
            BufferFixture.fill(other, 2);
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = BufferFixture.isFilled(one, 1);
            r.r2 = BufferFixture.isFilled(other, 2);
            r.r3 = position;
        }
    }
}
