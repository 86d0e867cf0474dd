package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.internal.DirectBuffers;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A direct buffer that has an owner.
 *
 * <p>From Java 22 on, {@link #close()} frees the memory at once, and a use of the buffer or of any view of it after that
 * throws {@link IllegalStateException}. Before, close gives up this object's hold and the JVM frees the memory when the
 * last view is gone, because freeing it under a view would crash. Thread-safe as far as close goes.
 */
public final class DirectMemory implements Lease<ByteBuffer> {
    private final Guard<DirectBuffers.Allocation> guard;

    @SuppressWarnings("MustBeClosedChecker") // closed by close()
    private DirectMemory(Tracker tracker, DirectBuffers.Allocation allocation) {
        this.guard = tracker.open(allocation.buffer().capacity(), allocation, DirectBuffers.Allocation::free);
    }

    /**
     * Allocates a buffer.
     *
     * @param tracker where it is counted
     * @param capacity its size in bytes
     * @return the owner of the buffer
     * @throws IllegalArgumentException if {@code capacity} is negative
     * @throws OutOfMemoryError if there is not enough direct memory
     */
    @MustBeClosed
    public static DirectMemory allocate(Tracker tracker, int capacity) {
        Objects.requireNonNull(tracker, "tracker");
        if (capacity < 0) {
            throw new IllegalArgumentException("capacity must not be negative: " + capacity);
        }
        return new DirectMemory(tracker, DirectBuffers.allocate(capacity));
    }

    /**
     * Returns the buffer.
     *
     * @return the buffer: one object, with one position and one limit
     * @throws IllegalStateException if this was closed
     */
    @Override
    public ByteBuffer get() {
        return guard.get().buffer();
    }

    @Override
    public boolean isOpen() {
        return guard.isOpen();
    }

    @Override
    public void close() {
        guard.close();
    }

    @Override
    public String toString() {
        return "DirectMemory[" + guard + "]";
    }
}
