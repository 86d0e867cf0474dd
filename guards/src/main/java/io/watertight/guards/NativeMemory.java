package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * A block of native memory, given by its address and the function that frees it, which is freed exactly once and reported
 * with its size when it is dropped instead.
 *
 * <p>Thread-safe as far as close goes; what is done with the address is up to the user, who must not use it after close.
 * Where the type reclaims, a dropped block is freed: keep this object reachable for as long as the address is in use.
 */
public final class NativeMemory implements AutoCloseable {
    private final Guard<Block> guard;
    private final long bytes;

    /** What is freed; the guard's resource, so that the guard does not reach this object. */
    private record Block(long address, LongConsumer free) {
        void release() {
            free.accept(address);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    private NativeMemory(Tracker tracker, long bytes, Block block) {
        this.bytes = bytes;
        this.guard = tracker.open(bytes, block, Block::release);
    }

    /**
     * Guards a block.
     *
     * @param tracker where it is counted
     * @param address where the block begins
     * @param bytes how large it is
     * @param free frees the block at an address
     * @return the guarded block
     * @throws IllegalArgumentException if {@code address} is 0, or {@code bytes} is negative, in which case it is freed
     */
    @MustBeClosed
    public static NativeMemory guard(Tracker tracker, long address, long bytes, LongConsumer free) {
        Objects.requireNonNull(tracker, "tracker");
        Objects.requireNonNull(free, "free");
        if (address == 0) {
            throw new IllegalArgumentException("address must not be 0: the allocation has failed");
        }
        return new NativeMemory(tracker, bytes, new Block(address, free));
    }

    /**
     * Returns the address.
     *
     * @return where the block begins
     * @throws IllegalStateException if the block was freed
     */
    public long address() {
        return guard.get().address();
    }

    /**
     * Returns the size.
     *
     * @return bytes
     */
    public long bytes() {
        return bytes;
    }

    /** Frees the block, once. */
    @Override
    public void close() {
        guard.close();
    }

    @Override
    public String toString() {
        return "NativeMemory[" + bytes + " bytes, " + guard + "]";
    }
}
