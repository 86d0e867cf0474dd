package io.watertight.pools;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One thread closes a handle, the memory goes on to its next user, and who sees that asks the stale handle for its buffer, and
 * for a slice. Both are refused from the moment at which anybody can know of the next user.
 *
 * <p>Results: whether the next user was seen, whether the stale handle gave its buffer then, whether it was retained then.
 */
@JCStressTest
@Outcome(
        id = {"0, 0, 0", "0, 1, 0", "0, 1, 1", "0, 0, 1"},
        expect = ACCEPTABLE,
        desc = "Nothing was known of a next user: used before the close, or refused.")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Refused, once the next user was seen.")
@Outcome(expect = FORBIDDEN, desc = "Used although the memory is known to be another's.")
@State
public class BufferChunkUseJcstress {
    private final BufferChunk chunk = BufferFixture.chunk();
    private final int generation;
    private final PooledBuffer handle;
    private volatile int passedOn;

    public BufferChunkUseJcstress() {
        handle = BufferFixture.handle(chunk);
        generation = 0;
    }

    @Actor
    public void closer() {
        handle.close();
        passedOn = 1;
    }

    @Actor
    public void user(III_Result r) {
        r.r1 = passedOn;
        try {
            r.r2 = handle.buffer().capacity() == 64 ? 1 : 0;
        } catch (IllegalStateException refused) {
            r.r2 = 0;
        }
        r.r3 = chunk.retain(generation) ? 1 : 0;
    }

    /** Gives the memory on, and marks the handle as closed afterwards. */
    @JCStressTest
    @JCStressMeta(BufferChunkUseJcstress.class)
    @State
    public static class BrokenCloseAfterRecycling {
        private final AtomicInteger fill = new AtomicInteger();
        private volatile boolean open = true;
        private volatile int passedOn;

        @Actor
        public void closer() {
            passedOn = 1;
            for (int i = 0; i < 64; i++) {
                fill.incrementAndGet(); // the next user writes to the memory
            }
            open = false;
        }

        @Actor
        public void user(III_Result r) {
            r.r1 = passedOn;
            r.r2 = open ? 1 : 0;
        }
    }
}
