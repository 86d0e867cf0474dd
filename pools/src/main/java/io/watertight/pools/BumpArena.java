package io.watertight.pools;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.DirectBuffers;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A block of direct memory that is given out piece by piece, and taken back all at once.
 *
 * <p>For memory whose pieces all end together: those of one request, one batch, one frame. {@link #allocate(int)} costs one
 * compare-and-set and two small objects. {@link #reset()} takes everything back, and every {@link ArenaSlice} from before
 * refuses to be used. An arena that is dropped unclosed is reported.
 *
 * <p>Thread-safe; allocation is lock-free, except that it waits for a running reset that has memory to overwrite. On Java 17
 * closed memory ends when its last view is collected; from Java 22 on it ends at once, and a view that was kept throws {@link
 * IllegalStateException} from then on. The memory of an arena that was dropped unclosed is never freed under a view: on 17 it
 * ends with its last view, from 22 on it stays allocated until the JVM ends.
 */
public final class BumpArena implements AutoCloseable {
    /*
     * `word`: CLOSED, RESETTING, the epoch (31 bits, counts the resets), the position of the first free byte (31 bits).
     *
     *   (e, p) --CAS, allocate--> (e, p+n)                 the bytes p to p+n belong to the caller, who alone won that CAS
     *   (e, p) --CAS, reset--> (e+1, 0)                    no memory to overwrite
     *   (e, p) --CAS, reset--> RESETTING(e+1, 0) --volatile write--> (e+1, 0)
     *   any    --CAS, close--> CLOSED(e, p)
     *
     * Every CAS is a linearisation point. Ranges of one epoch cannot overlap, because each CAS starts where the one before
     * ended. A slice names the epoch whose CAS it won, so it is not valid in any other, also if it is made only after the
     * reset. Nothing is overwritten by an allocation: its memory might be another's by then, if a reset came between.
     *
     * field       read        write                      guard
     * word        volatile    CAS; volatile by reset     `changing` for reset and close, none for allocate
     * highWater   plain       plain                      `changing`
     *
     * Allocation is lock-free but for RESETTING, for whose end it waits by taking `changing`. Under `changing` nothing is
     * called but the end of the memory. A slice from exactly 2^31 resets ago would be taken for valid.
     */
    private static final LeakDetector ARENAS = LeakDetector.of("bump arena");
    private static final int EPOCH_SHIFT = 31;
    private static final long POSITION = (1L << EPOCH_SHIFT) - 1;
    private static final int EPOCH = Integer.MAX_VALUE;
    private static final long RESETTING = 1L << 62;
    private static final long CLOSED = 1L << 63;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(BumpArena.class, "word", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final ByteBuffer slab;
    private final int capacity;
    private final boolean zeroed;
    private final boolean poisoned;
    private final ReentrantLock changing = new ReentrantLock();
    private final Guard<DirectBuffers.Allocation> guard;

    @SuppressWarnings("UnusedVariable") // read through WORD
    private long word;

    private int highWater;

    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    BumpArena(int bytes, boolean zeroed, boolean poisoned) {
        DirectBuffers.Allocation memory = DirectBuffers.allocate(bytes);
        this.slab = memory.buffer();
        this.capacity = bytes;
        this.zeroed = zeroed;
        this.poisoned = !zeroed && (poisoned || ARENAS.level() == TrackingLevel.STRICT);
        this.guard = ARENAS.open(bytes, memory, DirectBuffers.Allocation::free);
    }

    /**
     * Allocates an arena with default settings.
     *
     * @param bytes its size, 1 or more
     * @return the arena
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     * @throws OutOfMemoryError if there is not enough direct memory
     */
    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // passed on
    public static BumpArena of(int bytes) {
        return builder(bytes).build();
    }

    /**
     * Starts to describe an arena.
     *
     * @param bytes its size, 1 or more
     * @return a builder
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public static BumpArenaBuilder builder(int bytes) {
        return new BumpArenaBuilder(bytes);
    }

    /**
     * Allocates bytes at the next free address. Their content is undefined, unless the arena is {@link
     * BumpArenaBuilder#zeroed}.
     *
     * @param bytes how many, 0 or more
     * @return the slice
     * @throws BufferLimitException if they do not fit
     * @throws IllegalArgumentException if {@code bytes} is negative
     * @throws PoolClosedException if this arena is closed
     */
    public ArenaSlice allocate(int bytes) {
        return allocate(bytes, 1);
    }

    /**
     * Allocates bytes at the next free address that is a multiple of a number.
     *
     * @param bytes how many, 0 or more
     * @param alignment a power of two
     * @return the slice
     * @throws BufferLimitException if they do not fit
     * @throws IllegalArgumentException if {@code bytes} is negative, or {@code alignment} is no power of two
     * @throws PoolClosedException if this arena is closed
     */
    public ArenaSlice allocate(int bytes, int alignment) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: " + bytes);
        }
        if (Integer.bitCount(alignment) != 1 || alignment < 0) {
            throw new IllegalArgumentException("alignment must be a power of two: " + alignment);
        }
        try {
            while (true) {
                long current = wordVolatile();
                if ((current & (CLOSED | RESETTING)) != 0) {
                    awaitReset();
                    continue;
                }
                int position = positionOf(current);
                long start = (long) position + gap(position, alignment);
                if (start + bytes > capacity) {
                    throw full(bytes, alignment, position);
                }
                if (WORD.compareAndSet(this, current, current + (start + bytes - position))) {
                    return slice(epochOf(current), (int) start, bytes);
                }
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private ArenaSlice slice(int epoch, int start, int bytes) {
        ArenaSlice slice = new ArenaSlice(this, epoch, slab.slice(start, bytes));
        checkOpen(wordVolatile()); // what is closed by now gives nothing out
        return slice;
    }

    /** How many bytes are left out before an address that is a multiple of the alignment. */
    private int gap(int position, int alignment) {
        int beyond = alignment == 1 || position == capacity ? 0 : slab.alignmentOffset(position, alignment);
        return beyond == 0 ? 0 : alignment - beyond;
    }

    private void awaitReset() {
        changing.lock(); // held by the reset
        try {
            checkOpen(wordVolatile());
        } finally {
            changing.unlock();
        }
    }

    /**
     * Takes everything back: every slice from before is refused from here on, and allocation begins anew. Who still uses a
     * {@link ByteBuffer} from before shares its memory with whoever allocates next.
     *
     * @throws PoolClosedException if this arena is closed
     */
    public void reset() {
        changing.lock();
        try {
            long next;
            int used;
            while (true) {
                long current = wordVolatile();
                checkOpen(current);
                used = positionOf(current);
                boolean overwrite = used != 0 && (zeroed || poisoned);
                next = ((long) ((epochOf(current) + 1) & EPOCH) << EPOCH_SHIFT) | (overwrite ? RESETTING : 0);
                if (WORD.compareAndSet(this, current, next)) {
                    break;
                }
            }
            highWater = Math.max(highWater, used);
            if ((next & RESETTING) != 0) {
                overwrite(used, next & ~RESETTING);
            }
        } finally {
            changing.unlock();
            Reference.reachabilityFence(this);
        }
    }

    private void overwrite(int used, long next) {
        try {
            if (zeroed) {
                Canary.zero(slab, used);
            } else {
                Canary.fill(slab, used);
            }
        } finally {
            WORD.setVolatile(this, next);
        }
    }

    /**
     * Returns the bytes in use, with what alignment left out.
     *
     * @return bytes allocated since the last reset
     */
    public int used() {
        return positionOf(wordVolatile());
    }

    /**
     * Returns the size.
     *
     * @return bytes that can be allocated between two resets
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Returns the most bytes that were in use at any time: how large this arena has to be.
     *
     * @return bytes, with what alignment left out
     */
    public int highWaterMark() {
        changing.lock();
        try {
            return Math.max(highWater, used());
        } finally {
            changing.unlock();
        }
    }

    /**
     * Ends this arena: nothing is allocated any more, and every slice is refused. A second call has no effect, is counted, and
     * throws where the type {@code bump arena} is STRICT.
     *
     * @throws io.watertight.guards.CloseFailedException if the memory is in use by a running operation of the JDK; Java 22 on
     */
    @Override
    public void close() {
        changing.lock();
        try {
            while (true) {
                long current = wordVolatile();
                if (WORD.compareAndSet(this, current, current | CLOSED)) {
                    break;
                }
            }
        } finally {
            changing.unlock();
        }
        guard.close();
    }

    boolean isCurrent(int epoch) {
        return wordVolatile() >>> EPOCH_SHIFT == epoch; // no flag is set either
    }

    private void checkOpen(long current) {
        if ((current & CLOSED) != 0) {
            throw new PoolClosedException("bump arena of " + capacity + " bytes is closed; nothing can be allocated");
        }
    }

    private BufferLimitException full(int bytes, int alignment, int position) {
        return new BufferLimitException("bump arena: no room for " + bytes + " bytes aligned to " + alignment
                + " (capacity=" + capacity + ", used=" + position + "); reset it earlier, or make it larger");
    }

    private long wordVolatile() {
        return (long) WORD.getVolatile(this);
    }

    private static int positionOf(long word) {
        return (int) (word & POSITION);
    }

    private static int epochOf(long word) {
        return (int) (word >>> EPOCH_SHIFT) & EPOCH;
    }

    @Override
    public String toString() {
        long current = wordVolatile();
        return "BumpArena[" + positionOf(current) + " of " + capacity + " bytes used"
                + ((current & CLOSED) == 0 ? "]" : ", closed]");
    }
}
