package io.watertight.pools;

/** Describes a {@link BumpArena}. Not thread-safe; can be used again after {@link #build()}. */
public final class BumpArenaBuilder {
    private final int bytes;
    private boolean zeroed;
    private boolean poisoned;

    BumpArenaBuilder(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes must be 1 or more: " + bytes);
        }
        this.bytes = bytes;
    }

    /**
     * Has everything that is allocated be zero; otherwise its content is undefined. Costs a write of the used part at each
     * {@link BumpArena#reset}.
     *
     * @return this builder
     */
    public BumpArenaBuilder zeroed() {
        zeroed = true;
        return this;
    }

    /**
     * Has {@link BumpArena#reset} fill the used part with a pattern, so that who reads on in a kept view reads nothing
     * meaningful. So it is in any case where the type {@code bump arena} is STRICT when the arena is made, unless the arena is
     * {@link #zeroed}.
     *
     * @return this builder
     */
    public BumpArenaBuilder poisoned() {
        poisoned = true;
        return this;
    }

    /**
     * Allocates the memory.
     *
     * @return the arena: close it
     * @throws IllegalStateException if both {@link #zeroed} and {@link #poisoned} were asked for
     * @throws OutOfMemoryError if there is not enough direct memory
     */
    public BumpArena build() {
        if (zeroed && poisoned) {
            throw new IllegalStateException("a bump arena is either zeroed or poisoned; both were asked for");
        }
        return new BumpArena(bytes, zeroed, poisoned);
    }
}
