package io.watertight.pools;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A piece of a {@link BumpArena}, valid until the arena is reset or closed. There is nothing to close.
 *
 * <p>Thread-safe as far as the check goes; the {@link ByteBuffer} is not. As long as a slice is reachable, so is its arena.
 */
public final class ArenaSlice {
    private final BumpArena arena;
    private final int epoch;
    private final ByteBuffer view;

    ArenaSlice(BumpArena arena, int epoch, ByteBuffer view) {
        this.arena = arena;
        this.epoch = epoch;
        this.view = view;
    }

    /**
     * Returns the buffer: always the same one, with one position and one limit, big-endian at first. Ask for it each time: a
     * {@link ByteBuffer} that is kept cannot be taken back by a reset.
     *
     * @return the buffer
     * @throws IllegalStateException if the arena was reset or closed since this was allocated
     */
    public ByteBuffer buffer() {
        try {
            if (!arena.isCurrent(epoch)) {
                throw new IllegalStateException("slice of " + view.capacity()
                        + " bytes is not valid any more: its arena was reset or closed after it was allocated;"
                        + " its memory may be another slice's by now");
            }
            return view;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Says whether the arena was neither reset nor closed since this was allocated; that may change at any moment.
     *
     * @return true if {@link #buffer} would return
     */
    public boolean isValid() {
        return arena.isCurrent(epoch);
    }

    /**
     * Returns the size.
     *
     * @return bytes: what was asked for
     */
    public int size() {
        return view.capacity();
    }

    @Override
    public String toString() {
        return "ArenaSlice[" + size() + " bytes" + (isValid() ? "]" : ", not valid]");
    }
}
