package io.watertight.pools;

import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.DirectBuffers;
import java.nio.ByteBuffer;

/** What the tests of buffers and arenas share: nothing is tracked, and all blocks are of the same memory. */
final class BufferFixture {
    static final Object ANCHOR = new Object();

    private static final LeakDetector UNTRACKED =
            LeakDetector.builder("jcstress buffer").level(TrackingLevel.OFF).build();
    private static final BufferCore CORE =
            new BufferCore(BufferPool.builder("jcstress").maxBytes(1024).settings(), Books::open);
    private static final DirectBuffers.Allocation MEMORY = DirectBuffers.allocate(64);

    static {
        LeakDetector.of("bump arena").level(TrackingLevel.OFF);
    }

    private BufferFixture() {}

    /** A block that nobody has leased yet. */
    static BufferChunk chunk() {
        return new BufferChunk(CORE, MEMORY, -1);
    }

    /** The first handle of a block; its last close gives the block to the next user at once. */
    static PooledBuffer handle(BufferChunk chunk) {
        PooledBuffer buffer = new PooledBuffer(chunk, chunk.lease(), 0, 64, ANCHOR);
        Guard<BufferChunk> guard = UNTRACKED.open(chunk, BufferFixture::passOn);
        buffer.guardedBy(guard);
        return buffer;
    }

    private static void passOn(BufferChunk chunk) {
        if (chunk.release()) {
            chunk.lease();
        }
    }

    static BumpArena arena(boolean zeroed) {
        return new BumpArena(64, zeroed, false);
    }

    static void fill(ByteBuffer buffer, int value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) value);
        }
    }

    /** 1 if every byte is this one. */
    static int isFilled(ByteBuffer buffer, int value) {
        for (int i = 0; i < buffer.capacity(); i++) {
            if (buffer.get(i) != value) {
                return 0;
            }
        }
        return 1;
    }
}
