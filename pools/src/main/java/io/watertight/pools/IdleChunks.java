package io.watertight.pools;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The idle blocks of one size: the one used last is used next, the one idle for longest is let go first. */
final class IdleChunks {
    /*
     * Everything under `lock`, which is a leaf: nothing is called under it. The list is linked through the blocks, so that
     * nothing has to be allocated to give one back.
     */
    final int size;
    private final long most;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable BufferChunk newest;
    private @Nullable BufferChunk oldest;
    private int count;
    private boolean closed;

    /** For blocks of a size, of which so many bytes may be idle. */
    IdleChunks(int size, long mostBytes) {
        this.size = size;
        this.most = mostBytes / size;
    }

    @Nullable
    BufferChunk takeNewest() {
        lock.lock();
        try {
            BufferChunk chunk = newest;
            return chunk == null ? null : unlink(chunk);
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    BufferChunk takeOldest() {
        lock.lock();
        try {
            BufferChunk chunk = oldest;
            return chunk == null ? null : unlink(chunk);
        } finally {
            lock.unlock();
        }
    }

    /** The oldest block, if it has been idle for so long. */
    @Nullable
    BufferChunk takeOldest(int now, int idleTicks) {
        lock.lock();
        try {
            BufferChunk chunk = oldest;
            return chunk == null || now - chunk.idleSince < idleTicks ? null : unlink(chunk);
        } finally {
            lock.unlock();
        }
    }

    private BufferChunk unlink(BufferChunk chunk) {
        BufferChunk before = chunk.older;
        BufferChunk after = chunk.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        chunk.older = null;
        chunk.newer = null;
        count--;
        return chunk;
    }

    /** Takes a block; false if it is full or closed, and the caller keeps the block. */
    boolean offer(BufferChunk chunk, int now) {
        lock.lock();
        try {
            if (closed || count >= most) {
                return false;
            }
            chunk.idleSince = now;
            chunk.older = newest;
            if (newest == null) {
                oldest = chunk;
            } else {
                newest.newer = chunk;
            }
            newest = chunk;
            count++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** From here on it takes no blocks. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }
}
