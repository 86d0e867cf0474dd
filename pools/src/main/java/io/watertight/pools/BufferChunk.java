package io.watertight.pools;

import io.watertight.guards.Site;
import io.watertight.guards.internal.DirectBuffers;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One block of direct memory of a {@link BufferPool}: how many handles of its present lease are open. */
final class BufferChunk {
    /*
     * `word`: the generation above, which counts the leases of this block, and the number of open handles below.
     *
     *   (g, 0) --its owner, lease()--> (g, 1) --CAS, retain(g)--> (g, n+1)
     *   (g, n) --CAS, release(), n > 1--> (g, n-1)
     *   (g, 1) --CAS, release()--> (g+1, 0)              who did that owns the block, and recycles it
     *   (g, n) --CAS, endDropped()--> (g+1, 0)           all n handles were dropped: who did that retires the block
     *
     * While the count is 0 the block has one owner: the list it is idle in (under the list's lock), or the thread that took
     * it out or ended the lease. A handle gives its count back exactly once (its guard sees to that), so an open handle
     * implies that the generation is its own. A retain may be late: its handle was open when it looked, and is closed now.
     * Therefore it names the generation, and a block that has gone on to another user refuses it.
     *
     * field                  read                   write                     guard
     * word                   volatile               CAS; volatile by owner    -
     * reference              plain after `word`     plain before `word`       owner, published by lease()
     * strict, poisoned,      plain                  plain                     holder and owner, ordered by `word` and by
     * site                                                                    whatever passes a handle on
     * newer, older,          plain                  plain                     lock of the list
     * idleSince
     *
     * Lock-free: a CAS fails only because another thread's succeeded.
     */
    private static final int GENERATION_SHIFT = 32;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(BufferChunk.class, "word", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final BufferCore core;
    final DirectBuffers.Allocation memory;
    final int bytes;
    /** -1 if it is not kept after its use. */
    final int sizeClass;

    @SuppressWarnings("UnusedVariable") // read through WORD
    private long word;

    @Nullable
    AnchorReference reference;

    /** Whether the present lease is one that is checked for writes after its end. */
    boolean strict;
    /** Whether this memory was filled with the pattern, and is idle since. */
    boolean poisoned;

    /** Where the last lease was acquired, if it was strict. */
    @Nullable
    Site site;

    @Nullable
    BufferChunk newer;

    @Nullable
    BufferChunk older;

    int idleSince;

    BufferChunk(BufferCore core, DirectBuffers.Allocation memory, int sizeClass) {
        this.core = core;
        this.memory = memory;
        this.bytes = memory.buffer().capacity();
        this.sizeClass = sizeClass;
    }

    /**
     * Refers weakly to the anchor that all open handles of a lease hold: when it is collected, those handles were dropped.
     * As long as a tick lasts, it is taken up again by the next lease.
     */
    static final class AnchorReference extends WeakReference<Object> {
        final BufferChunk chunk;
        final int madeTick;

        AnchorReference(Object anchor, BufferChunk chunk, ReferenceQueue<Object> queue, int madeTick) {
            super(anchor, queue);
            this.chunk = chunk;
            this.madeTick = madeTick;
        }
    }

    /** By the owner, before {@link #lease}: what the handles of the next lease have to hold. */
    Object anchor(ReferenceQueue<Object> queue, int tick) {
        AnchorReference current = reference;
        if (current != null && current.madeTick == tick) {
            Object anchor = current.get();
            if (anchor != null) {
                return anchor;
            }
        }
        Object fresh = new Object();
        reference = new AnchorReference(fresh, this, queue, tick);
        return fresh;
    }

    /** By the owner: begins a lease with one handle; returns its generation. */
    int lease() {
        long current = wordVolatile();
        WORD.setVolatile(this, current | 1);
        return generationOf(current);
    }

    /** One more handle; false if the lease of that generation is over. */
    boolean retain(int generation) {
        while (true) {
            long current = wordVolatile();
            int handles = handlesOf(current);
            if (generationOf(current) != generation || handles == 0) {
                return false;
            }
            if (handles == Integer.MAX_VALUE) {
                throw new IllegalStateException("a buffer has " + handles + " open handles; no more can be counted");
            }
            if (WORD.compareAndSet(this, current, current + 1)) {
                return true;
            }
        }
    }

    /** One handle less; true if it was the last one, and the caller owns the block now. */
    boolean release() {
        while (true) {
            long current = wordVolatile();
            boolean last = handlesOf(current) == 1;
            if (WORD.compareAndSet(this, current, last ? nextGeneration(current) : current - 1)) {
                return last;
            }
        }
    }

    /** Ends the lease that an anchor belonged to, which was collected; false if that lease had ended. */
    boolean endDropped(AnchorReference collected) {
        long current = wordVolatile();
        return handlesOf(current) != 0
                && reference == collected
                && WORD.compareAndSet(this, current, nextGeneration(current));
    }

    /** Gives back what a handle held: run by its guard, once. */
    void giveBack() {
        if (release()) {
            core.recycle(this);
        }
    }

    /** The memory; only the owner and holders of handles may look into it. */
    ByteBuffer root() {
        return memory.buffer();
    }

    private long wordVolatile() {
        return (long) WORD.getVolatile(this);
    }

    private static long nextGeneration(long word) {
        return ((word >>> GENERATION_SHIFT) + 1) << GENERATION_SHIFT;
    }

    private static int generationOf(long word) {
        return (int) (word >>> GENERATION_SHIFT);
    }

    private static int handlesOf(long word) {
        return (int) word;
    }

    @Override
    public String toString() {
        long current = wordVolatile();
        return "BufferChunk[" + bytes + " bytes, handles=" + handlesOf(current) + ", generation="
                + generationOf(current) + "]";
    }
}
