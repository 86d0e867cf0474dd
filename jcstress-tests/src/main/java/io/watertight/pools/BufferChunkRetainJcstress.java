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
 * Somebody retains memory while its last handle is closed, and the memory goes to its next user at once. Either the retain
 * comes first and the memory stays, or it is refused: also if it looked before the close and counts after the next lease has
 * begun, because it names the generation it looked at.
 *
 * <p>Results: whether the retain was granted, whether the memory was given on.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "Retained first: the close was not the last one.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Given on first: the retain was refused.")
@Outcome(expect = FORBIDDEN, desc = "Retained memory was given to its next user, or memory was lost.")
@State
public class BufferChunkRetainJcstress {
    private final BufferChunk chunk = BufferFixture.chunk();
    private final int generation = chunk.lease();

    @Actor
    public void retainer(II_Result r) {
        r.r1 = chunk.retain(generation) ? 1 : 0;
    }

    @Actor
    public void closer(II_Result r) {
        if (chunk.release()) {
            chunk.lease();
            r.r2 = 1;
        }
    }

    /** Looks whether the memory is in use, and counts then: by then it may be in use by somebody else. */
    @JCStressTest
    @JCStressMeta(BufferChunkRetainJcstress.class)
    @State
    public static class BrokenCountOnly {
        private final AtomicInteger handles = new AtomicInteger(1);

        @Actor
        public void retainer(II_Result r) {
            if (handles.get() > 0) {
                handles.incrementAndGet();
                r.r1 = 1;
            }
        }

        @Actor
        public void closer(II_Result r) {
            if (handles.decrementAndGet() == 0) {
                handles.incrementAndGet(); // the next user
                r.r2 = 1;
            }
        }
    }
}
