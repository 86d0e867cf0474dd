package io.watertight.pools;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.Texts;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool of direct memory, which is given out in buffers of any size.
 *
 * <p>Each buffer has a block of memory of one of a fixed row of sizes: 256 bytes, and from there four sizes to each doubling. So a
 * block has less than a quarter more than was asked for, and at most 255 bytes more below the smallest size. When a block
 * comes back it is kept for the next user, up to a bound for each size, and freed when it was idle for long.
 *
 * <p>Every handle that is dropped is reported with its size and the place where it was made. When all handles of a block were
 * dropped, the block is retired: nobody gets it again, because somebody may still hold a {@link java.nio.ByteBuffer} of it; the
 * pool makes other memory instead, up to a bound of its own. A pool that is dropped unclosed is reported as well, and ends.
 *
 * <p>On Java 17 memory that is freed ends when its last view is collected. From Java 22 on it ends at once, and a view that was
 * kept throws {@link IllegalStateException} from then on.
 *
 * <p>In STRICT, memory that comes back is filled with a pattern, which is looked at before the memory is used again or freed.
 * Whoever wrote to it meanwhile is reported ({@link WriteAfterReleaseException}), and the block retired; the one who asks for
 * memory gets another. New memory is not zero then.
 *
 * <p>Thread-safe. No method but {@link #drain} waits for other users; short locks guard each size's list.
 */
public final class BufferPool implements AutoCloseable {
    /*
     * Nothing of the library refers to a pool, so that one that was dropped is collected: then its core is closed. Methods
     * end with reachabilityFence(this): a pool must not be found dropped while one of its methods runs.
     */
    private static final LeakDetector POOLS = LeakDetector.of("buffer pool");

    private final BufferCore core;
    private final Cleaner.Cleanable registration;
    private final AtomicBoolean closing = new AtomicBoolean();

    @SuppressWarnings("this-escape")
    private BufferPool(BufferCore core) {
        this.core = core;
        this.registration = POOLS.register(this, core::close);
    }

    static BufferPool open(BufferSettings settings) {
        return of(new BufferCore(settings, Books::open));
    }

    static BufferPool of(BufferCore core) {
        try {
            return new BufferPool(core);
        } catch (Throwable failure) {
            core.close();
            throw failure;
        }
    }

    /**
     * Starts to describe a pool.
     *
     * @param name how reports name what it gives out
     * @return the first step of a builder
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static BufferPoolBuilder.BoundStep builder(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how reports name the pool's buffers");
        }
        return new BufferPoolBuilder.BoundStep(name);
    }

    /**
     * Acquires memory. Its content is undefined.
     *
     * @param bytes 1 to {@link BufferPoolBuilder#maxRequestBytes}
     * @return a handle of a buffer of exactly this size: close it
     * @throws BufferLimitException if it does not fit into the bound; the message lists who holds what
     * @throws IllegalArgumentException if {@code bytes} is out of range
     * @throws PoolClosedException if this pool is closed
     * @throws OutOfMemoryError if the JVM has no direct memory left, even after what is idle here was freed
     */
    @MustBeClosed
    public PooledBuffer acquire(int bytes) {
        try {
            PooledBuffer buffer = core.tryAcquire(bytes);
            if (buffer == null) {
                throw core.full(bytes);
            }
            return buffer;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Acquires memory if there is room for it.
     *
     * @param bytes 1 to {@link BufferPoolBuilder#maxRequestBytes}
     * @return a handle of a buffer of exactly this size, or null if it does not fit into the bound now
     * @throws IllegalArgumentException if {@code bytes} is out of range
     * @throws PoolClosedException if this pool is closed
     * @throws OutOfMemoryError if the JVM has no direct memory left, even after what is idle here was freed
     */
    public @Nullable PooledBuffer tryAcquire(int bytes) {
        try {
            return core.tryAcquire(bytes);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Frees a part of what is idle, of each size those blocks that have been idle for longest.
     *
     * @param fraction 0 to 1
     * @return the bytes freed
     * @throws IllegalArgumentException if {@code fraction} is out of range
     */
    public long trim(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction must be 0 to 1: " + fraction);
        }
        try {
            return core.trim(fraction);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Returns the most direct memory this pool can be answerable for: its bound, and what may be retired beyond it.
     *
     * @return bytes
     */
    public long worstCaseBytes() {
        return core.settings.maxBytes() + core.settings.maxRetiredBytes();
    }

    /**
     * Lists what is out, by the place where it was acquired, the most bytes first; empty where the type's level is OFF.
     *
     * @return the holders now
     */
    public List<BufferHolder> holders() {
        try {
            return core.holders();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Returns the numbers of this pool.
     *
     * @return the numbers now
     */
    public BufferPoolStats stats() {
        try {
            return core.stats();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Returns the name.
     *
     * @return how reports name what this pool gives out
     */
    public String name() {
        return core.settings.name();
    }

    /**
     * Closes this pool and waits until everything came back.
     *
     * @param deadline how long to wait at most, not negative
     * @return true if nothing is out any more; else {@link #holders()} says what is
     * @throws InterruptedException if the thread is interrupted while it waits; the pool is closed
     * @throws IllegalArgumentException if {@code deadline} is negative
     */
    public boolean drain(Duration deadline) throws InterruptedException {
        long nanos = Texts.saturatedNanos(deadline);
        if (nanos < 0) {
            throw new IllegalArgumentException("deadline must not be negative: " + deadline);
        }
        try {
            closeCore();
            return core.awaitEnd(nanos);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Closes this pool: nothing is acquired any more, what is idle is freed, and what is out stays valid until it is closed, and
     * is freed then. Does not wait. A second call has no effect.
     */
    @Override
    public void close() {
        try {
            closeCore();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Once: a second close of a pool is no misuse. */
    private void closeCore() {
        if (closing.compareAndSet(false, true)) {
            registration.clean();
        }
    }

    @Override
    public String toString() {
        return "BufferPool[" + core.settings.name() + ", max=" + core.settings.maxBytes()
                + (core.isClosedNow() ? " bytes, closed]" : " bytes]");
    }
}
