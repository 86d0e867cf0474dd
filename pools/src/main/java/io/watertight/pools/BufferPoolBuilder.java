package io.watertight.pools;

import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.Objects;

/** Describes a {@link BufferPool}. Not thread-safe; can be used again after {@link #build()}. */
public final class BufferPoolBuilder {
    private static final int DEFAULT_MAX_POOLED = 1 << 20;

    private final String name;
    private final long maxBytes;
    private int maxRequestBytes = -1;
    private int maxPooledBytes = -1;
    private long maxIdleBytesPerSize = -1;
    private long maxRetiredBytes = -1;
    private Duration trimAfter = Duration.ofMinutes(1);

    private BufferPoolBuilder(String name, long maxBytes) {
        this.name = name;
        this.maxBytes = maxBytes;
    }

    /** The first step: a buffer pool has a bound. */
    public static final class BoundStep {
        private final String name;

        BoundStep(String name) {
            this.name = name;
        }

        /**
         * Sets how much memory the pool may have, in use and idle together.
         *
         * @param bytes 256 or more
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code bytes} is out of range
         */
        public BufferPoolBuilder maxBytes(long bytes) {
            if (bytes < SizeClasses.SMALLEST) {
                throw new IllegalArgumentException(
                        "maxBytes must be at least " + SizeClasses.SMALLEST + ", the smallest buffer: " + bytes);
            }
            return new BufferPoolBuilder(name, bytes);
        }
    }

    /**
     * Sets the largest request that is served at all, so that a length that came from outside cannot take everything.
     *
     * @param bytes 1 or more; by default whatever fits into the pool
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is less than 1, or more than the pool's {@code maxBytes}
     */
    public BufferPoolBuilder maxRequestBytes(int bytes) {
        if (bytes < 1 || bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "maxRequestBytes must be 1 to maxBytes, which is " + maxBytes + ": " + bytes);
        }
        maxRequestBytes = bytes;
        return this;
    }

    /**
     * Sets the largest buffer that is kept for its next user. Larger ones are made and freed each time, within the bound of the
     * pool, and are counted and logged with the place that asks for them.
     *
     * @param bytes 1 to 1 GiB, rounded up to the next size; 1 MiB by default
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is out of range
     */
    public BufferPoolBuilder maxPooledBytes(int bytes) {
        if (bytes < 1 || bytes > SizeClasses.LARGEST) {
            throw new IllegalArgumentException("maxPooledBytes must be 1 to " + SizeClasses.LARGEST + ": " + bytes);
        }
        maxPooledBytes = bytes;
        return this;
    }

    /**
     * Sets how much memory of one size may be idle; what comes back beyond that is freed at once.
     *
     * @param bytes 0 or more; a quarter of {@code maxBytes} by default
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public BufferPoolBuilder maxIdleBytesPerSize(long bytes) {
        maxIdleBytesPerSize = notNegative(bytes, "maxIdleBytesPerSize");
        return this;
    }

    /**
     * Sets how much leaked memory may be outside of the bound. Leaked memory is not used again, because somebody may still hold
     * a view of it; the pool makes other memory in its place, up to this. What is leaked beyond takes from {@code maxBytes}.
     *
     * @param bytes 0 or more; a quarter of {@code maxBytes} by default
     * @return this builder
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public BufferPoolBuilder maxRetiredBytes(long bytes) {
        maxRetiredBytes = notNegative(bytes, "maxRetiredBytes");
        return this;
    }

    /**
     * Sets after what time idle memory is freed, to about a second.
     *
     * @param idle positive; one minute by default
     * @return this builder
     * @throws IllegalArgumentException if {@code idle} is not positive
     */
    public BufferPoolBuilder trimAfter(Duration idle) {
        if (Objects.requireNonNull(idle, "idle").isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("trimAfter must be positive: " + idle);
        }
        trimAfter = idle;
        return this;
    }

    private static long notNegative(long bytes, String what) {
        if (bytes < 0) {
            throw new IllegalArgumentException(what + " must not be negative: " + bytes);
        }
        return bytes;
    }

    /**
     * Makes a pool. No memory is allocated before somebody asks for it.
     *
     * @return the pool: close it
     */
    public BufferPool build() {
        return BufferPool.open(settings());
    }

    BufferSettings settings() {
        int request = maxRequestBytes < 0 ? (int) Math.min(maxBytes, Integer.MAX_VALUE) : maxRequestBytes;
        int pooled = maxPooledBytes < 0 ? DEFAULT_MAX_POOLED : maxPooledBytes;
        int largestKept = SizeClasses.sizeOf(SizeClasses.indexOf(pooled));
        return new BufferSettings(
                name,
                maxBytes,
                request,
                largestKept,
                maxIdleBytesPerSize < 0 ? maxBytes / 4 : maxIdleBytesPerSize,
                maxRetiredBytes < 0 ? maxBytes / 4 : maxRetiredBytes,
                CoarseClock.toTicks(trimAfter));
    }
}
