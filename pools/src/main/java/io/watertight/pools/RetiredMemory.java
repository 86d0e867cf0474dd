package io.watertight.pools;

import io.watertight.guards.internal.DirectBuffers;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Memory that somebody may still use who has no right to: it is never given to anybody else. Where the collector frees direct
 * memory, it is counted until the last view of it is gone; from Java 22 on, until the pool is closed, when it is freed so that
 * a use of a view throws.
 */
final class RetiredMemory {
    /** Whether memory is freed by hand, as {@link DirectBuffers} does it. */
    private static final boolean FREED_BY_HAND = Runtime.version().feature() >= 22;

    /* All fields but the queue under `lock`, a leaf: nothing is called under it but the end of an allocation. */
    private final ReentrantLock lock = new ReentrantLock();
    private final ReferenceQueue<ByteBuffer> gone = new ReferenceQueue<>();
    private final Set<Watch> watched = new HashSet<>();
    private final List<Block> kept = new ArrayList<>();
    private final List<Block> unfreed = new ArrayList<>();
    private long bytes;

    /** Every view of a block refers to the block's first buffer, so that this is collected after the last of them. */
    private static final class Watch extends WeakReference<ByteBuffer> {
        final int bytes;

        Watch(ByteBuffer root, ReferenceQueue<ByteBuffer> queue) {
            super(root, queue);
            this.bytes = root.capacity();
        }
    }

    private record Block(DirectBuffers.Allocation memory, int bytes) {}

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Takes over a block that must not be used again, nor freed while the pool is open. */
    void add(BufferChunk chunk) {
        lock.lock();
        try {
            bytes += chunk.bytes;
            if (FREED_BY_HAND) {
                kept.add(new Block(chunk.memory, chunk.bytes));
            } else {
                watched.add(new Watch(chunk.root(), gone));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Frees a block; if it cannot be freed because a running operation of the JDK uses it, each step tries again. */
    void free(BufferChunk chunk) {
        try {
            chunk.memory.free();
        } catch (Exception inUse) {
            lock.lock();
            try {
                bytes += chunk.bytes;
                unfreed.add(new Block(chunk.memory, chunk.bytes));
            } finally {
                lock.unlock();
            }
        }
    }

    /** Notes what is gone by now, and tries again to free what could not be freed. */
    void step(boolean closed) {
        lock.lock();
        try {
            for (Object ended = gone.poll(); ended != null; ended = gone.poll()) {
                Watch watch = (Watch) ended;
                watched.remove(watch);
                bytes -= watch.bytes;
            }
            if (closed) { // nobody has a right to any of it now
                unfreed.addAll(kept);
                kept.clear();
            }
            unfreed.removeIf(this::isFreed);
        } finally {
            lock.unlock();
        }
    }

    private boolean isFreed(Block block) {
        try {
            block.memory.free();
            bytes -= block.bytes;
            return true;
        } catch (Exception inUse) {
            return false;
        }
    }
}
