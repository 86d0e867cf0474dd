package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The last two handles of a block are closed at the same moment: exactly one of the closers owns the block then.
 *
 * <p>Results: whether the first, and whether the second closer got it.
 */
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 1"},
        expect = ACCEPTABLE,
        desc = "One of them recycles the block.")
@Outcome(expect = FORBIDDEN, desc = "Recycled twice, or lost.")
@State
public class BufferChunkReleaseJcstress {
    private final BufferChunk chunk = BufferFixture.chunk();

    public BufferChunkReleaseJcstress() {
        chunk.retain(chunk.lease());
    }

    @Actor
    public void first(II_Result r) {
        r.r1 = chunk.release() ? 1 : 0;
    }

    @Actor
    public void second(II_Result r) {
        r.r2 = chunk.release() ? 1 : 0;
    }

    /** Counts down, and then looks whether nobody is left. */
    @JCStressTest
    @JCStressMeta(BufferChunkReleaseJcstress.class)
    @State
    public static class BrokenLookAfterwards {
        private final AtomicInteger handles = new AtomicInteger(2);

        @Actor
        public void first(II_Result r) {
            handles.decrementAndGet();
            r.r1 = handles.get() == 0 ? 1 : 0;
        }

        @Actor
        public void second(II_Result r) {
            handles.decrementAndGet();
            r.r2 = handles.get() == 0 ? 1 : 0;
        }
    }
}
