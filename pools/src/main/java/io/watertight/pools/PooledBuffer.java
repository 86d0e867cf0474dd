package io.watertight.pools;

import io.watertight.guards.Guard;
import io.watertight.guards.Lease;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a piece of direct memory of a {@link BufferPool} until it is closed.
 *
 * <p>{@link #retain()} and {@link #slice} give further rights to the same memory, each with a handle of its own and closed by
 * itself; the memory goes to its next user when the last one is closed. A use after close, and a second close, are recognised
 * exactly, because a handle belongs to one lease only. A handle that is dropped is reported with the place where it was made.
 *
 * <p>Thread-safe as far as handles go; the {@link ByteBuffer} is not. No method blocks. <b>What close cannot take back is the
 * {@link ByteBuffer} itself</b>: whoever keeps it, or a view of it, can write to memory that is somebody else's by then. In
 * STRICT such a write is found when the memory is used next, or freed.
 */
public final class PooledBuffer implements Lease<ByteBuffer> {
    /*
     * The guard decides which close is the first one; that one gives back the count of the block (see BufferChunk). While
     * this handle is open, the block's generation is the one it was made for.
     *
     * `anchor` is what the block refers to weakly; close lets go of it, so that a closed handle which is kept does not hide
     * that the others were dropped. Whoever works on the block holds the anchor in a local variable until it is done: two
     * closes may meet, and the one that lost must not take the anchor from the one that is still giving back.
     *
     * `guard` is written once, before anybody else sees the handle. `anchor` and `view` are plain: a reader that misses
     * their end finds the guard closed, or its retain refused.
     */
    private final BufferChunk chunk;
    private final int generation;
    private final int offset;
    private final int size;

    @Nullable
    Object anchor;

    private @Nullable ByteBuffer view;
    private @Nullable Guard<BufferChunk> guard;

    PooledBuffer(BufferChunk chunk, int generation, int offset, int size, Object anchor) {
        this.chunk = chunk;
        this.generation = generation;
        this.offset = offset;
        this.size = size;
        this.anchor = anchor;
        this.view = chunk.root().slice(offset, size);
    }

    void guardedBy(Guard<BufferChunk> owner) {
        guard = owner;
    }

    Guard<BufferChunk> guard() {
        return Objects.requireNonNull(guard, "a handle must not be published by a data race");
    }

    /**
     * Returns the buffer: always the same one, with one position and one limit. Its capacity is {@link #size()}, its byte order
     * is big-endian at first, and its content is undefined until it was written.
     *
     * @return the buffer, valid until this handle is closed
     * @throws IllegalStateException if this handle is closed
     */
    public ByteBuffer buffer() {
        try {
            ByteBuffer current = view;
            if (current == null || !guard().isOpen()) {
                throw closed("it cannot be used any more: its memory may be another user's by now");
            }
            return current;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** The same as {@link #buffer()}. */
    @Override
    public ByteBuffer get() {
        return buffer();
    }

    /**
     * Returns the size.
     *
     * @return bytes: what was asked for
     */
    public int size() {
        return size;
    }

    @Override
    public boolean isOpen() {
        return guard().isOpen();
    }

    /**
     * Gives a further right to the same bytes.
     *
     * @return a handle of its own, with a buffer of its own; to be closed as well
     * @throws IllegalStateException if this handle is closed
     */
    public PooledBuffer retain() {
        return slice(0, size);
    }

    /**
     * Gives a further right to some of the bytes.
     *
     * @param from where they begin in this buffer
     * @param bytes how many, 0 or more
     * @return a handle of its own, with a buffer of its own; to be closed as well
     * @throws IndexOutOfBoundsException if they are not within this buffer
     * @throws IllegalStateException if this handle is closed
     */
    public PooledBuffer slice(int from, int bytes) {
        try {
            Objects.checkFromIndexSize(from, bytes, size);
            Object held = anchor;
            if (held == null || !guard().isOpen() || !chunk.retain(generation)) {
                throw closed("it cannot be retained any more");
            }
            return chunk.core.handle(chunk, generation, offset + from, bytes, held);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Makes another thread the owner: from here on the end of the calling thread accuses nobody, that of the new owner does.
     *
     * @param newOwner the thread that will close this handle
     * @return this handle
     * @throws IllegalStateException if this handle is closed
     */
    public PooledBuffer handOver(Thread newOwner) {
        guard().handOver(newOwner);
        return this;
    }

    /**
     * Gives the right back, and with the last one the memory. A second call has no effect, is counted, and throws in STRICT.
     *
     * @throws IllegalStateException if the pool's type is STRICT and this handle was closed before
     */
    @Override
    public void close() {
        Object held = anchor;
        try {
            guard().close();
        } finally {
            view = null;
            anchor = null;
            Reference.reachabilityFence(held);
            Reference.reachabilityFence(this);
        }
    }

    private IllegalStateException closed(String consequence) {
        return new IllegalStateException(
                "buffer of pool '" + chunk.core.settings.name() + "' (" + size + " bytes) is closed; " + consequence);
    }

    @Override
    public String toString() {
        return "PooledBuffer[" + chunk.core.settings.name() + ", " + size + " bytes"
                + (isOpen() ? ", open]" : ", closed]");
    }
}
