package io.watertight.pools;

import io.watertight.guards.Guard;
import io.watertight.guards.Outstanding;
import io.watertight.guards.Site;
import io.watertight.guards.SiteStats;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.DirectBuffers;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel of a buffer pool. It does not know the {@link BufferPool} in front of it, so that a pool which is dropped can be
 * collected and found.
 */
final class BufferCore implements Books.Keeper {
    /*
     * Bytes: `charged` is the sum of all blocks that are leased, idle or between the two. It is raised before a block is
     * made and lowered after the block was freed or retired, so it never says too little; what it may be at most is the
     * bound, less the retired bytes beyond those that are allowed for.
     *
     * Close: `closed` is set, then the idle lists refuse blocks, then they are emptied. A block that comes back is either in
     * a list before that, or refused and freed by who brings it. When `charged` is 0 then, the end is announced: who lowers
     * it reads `closed` afterwards, who sets `closed` reads `charged` afterwards, so one of them sees both.
     *
     * Locks: those of the lists and of the retired memory are leaves, as is `endLock`. No code of users runs here.
     */
    private static final Logger LOG = LoggerFactory.getLogger(BufferPool.class);
    private static final int SWEEP_TICKS = 10;
    private static final int MOST_FREED_IN_A_STEP = 64;
    private static final int NAMED_HOLDERS = 10;

    final BufferSettings settings;
    final RetiredMemory retired = new RetiredMemory();
    private final IdleChunks[] idle;
    /** All blocks that are charged: a leased one is reached by nothing else once its handles were dropped. */
    private final Set<BufferChunk> blocks = ConcurrentHashMap.newKeySet();

    private final AtomicLong charged = new AtomicLong();
    private final AtomicLong allocated = new AtomicLong();
    private final AtomicLong freed = new AtomicLong();
    private final AtomicLong unpooled = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong leaked = new AtomicLong();
    private final AtomicLong writesAfterRelease = new AtomicLong();
    private final ReferenceQueue<Object> dropped = new ReferenceQueue<>();
    private final ReentrantLock endLock = new ReentrantLock();
    private final Condition ended = endLock.newCondition();
    private final AtomicBoolean booksClosed = new AtomicBoolean();
    private final Books books;
    private final CoarseClock clock;
    private volatile boolean closed;
    private volatile int sweptAt;

    @SuppressWarnings("this-escape")
    BufferCore(BufferSettings settings, PoolCore.BooksOpener opener) {
        this.settings = settings;
        this.idle = new IdleChunks[SizeClasses.indexOf(settings.maxPooledBytes()) + 1];
        for (int i = 0; i < idle.length; i++) {
            idle[i] = new IdleChunks(SizeClasses.sizeOf(i), settings.maxIdleBytesPerSize());
        }
        this.books = opener.open(settings.name(), this); // last: from here on steps are made
        this.clock = books.clock();
    }

    /** A handle of a block of its own; null if there is no room for it. */
    @Nullable
    PooledBuffer tryAcquire(int bytes) {
        checkRequest(bytes);
        checkOpen();
        boolean strict = !books.isPlain() && books.level() == TrackingLevel.STRICT;
        BufferChunk chunk = take(bytes, strict);
        if (chunk == null) {
            refused.incrementAndGet();
            return null;
        }
        PooledBuffer buffer;
        try {
            buffer = firstHandle(chunk, bytes, strict);
        } catch (IllegalStateException booksAreClosed) {
            checkOpen();
            throw booksAreClosed;
        }
        if (closed) { // a close that ended before this is seen, and nothing is given out after it
            buffer.close();
            throw closedException();
        }
        return buffer;
    }

    private PooledBuffer firstHandle(BufferChunk chunk, int bytes, boolean strict) {
        Object anchor;
        int generation;
        try {
            anchor = chunk.anchor(dropped, clock.tick());
            chunk.strict = strict;
            generation = chunk.lease();
        } catch (Throwable noMemory) {
            recycle(chunk);
            throw noMemory;
        }
        PooledBuffer buffer = handle(chunk, generation, 0, bytes, anchor);
        if (strict) {
            chunk.site = buffer.guard().site();
        }
        if (chunk.sizeClass < 0) {
            countUnpooled(buffer, bytes);
        }
        return buffer;
    }

    /** A handle for a count that was taken of the block; if it cannot be made, the count is given back. */
    PooledBuffer handle(BufferChunk chunk, int generation, int offset, int size, Object anchor) {
        try {
            PooledBuffer buffer;
            try {
                buffer = new PooledBuffer(chunk, generation, offset, size, anchor);
            } catch (Throwable noMemory) {
                chunk.giveBack();
                throw noMemory;
            }
            @SuppressWarnings("MustBeClosedChecker") // closed with the handle
            Guard<BufferChunk> guard = books.detector().open(size, chunk, BufferChunk::giveBack);
            buffer.guardedBy(guard);
            return buffer;
        } finally {
            Reference.reachabilityFence(anchor); // it must live until the handle holds it and is guarded
        }
    }

    private @Nullable BufferChunk take(int bytes, boolean strict) {
        int index = bytes <= settings.maxPooledBytes() ? SizeClasses.indexOf(bytes) : -1;
        if (index < 0 || idle[index].size > settings.maxBytes()) {
            return allocate(bytes, -1, strict);
        }
        while (true) {
            BufferChunk chunk = idle[index].takeNewest();
            if (chunk == null) {
                return allocate(idle[index].size, index, strict);
            }
            if (isIntact(chunk)) {
                chunk.poisoned = false;
                return chunk;
            }
        }
    }

    private @Nullable BufferChunk allocate(int bytes, int sizeClass, boolean strict) {
        if (!charge(bytes)) {
            return null;
        }
        BufferChunk chunk;
        try {
            chunk = new BufferChunk(this, memory(bytes), sizeClass);
            blocks.add(chunk);
        } catch (Throwable failure) {
            discharge(bytes);
            throw failure;
        }
        allocated.incrementAndGet();
        if (strict) {
            Canary.fill(chunk.root(), bytes); // else it would be zero, which no later user can rely on
        }
        return chunk;
    }

    /** The JVM has a bound for direct memory too: before it is an error, what is idle here makes room. */
    private DirectBuffers.Allocation memory(int bytes) {
        try {
            return DirectBuffers.allocate(bytes);
        } catch (OutOfMemoryError first) {
            if (makeRoom(Long.MAX_VALUE) == 0) {
                throw first;
            }
            return DirectBuffers.allocate(bytes);
        }
    }

    private boolean charge(int bytes) {
        while (true) {
            long now = charged.get();
            long bound = settings.maxBytes() - Math.max(0, retired.bytes() - settings.maxRetiredBytes());
            long missing = now + bytes - bound;
            if (missing <= 0) {
                if (charged.compareAndSet(now, now + bytes)) {
                    return true;
                }
            } else if (makeRoom(missing) == 0) {
                return false;
            }
        }
    }

    private void discharge(BufferChunk chunk) {
        blocks.remove(chunk);
        discharge(chunk.bytes);
    }

    private void discharge(int bytes) {
        if (charged.addAndGet(-bytes) == 0 && closed) {
            end();
        }
    }

    /** Frees idle blocks, the largest first, until so many bytes are free; returns how many are. */
    private long makeRoom(long bytes) {
        long made = 0;
        for (int i = idle.length - 1; i >= 0 && made < bytes; i--) {
            BufferChunk chunk = idle[i].takeOldest();
            while (chunk != null) {
                made += chunk.bytes;
                free(chunk);
                chunk = made < bytes ? idle[i].takeOldest() : null;
            }
        }
        return made;
    }

    /** By who ended the last right to a block, and owns it now. */
    void recycle(BufferChunk chunk) {
        if (chunk.sizeClass < 0) {
            free(chunk);
            return;
        }
        if (chunk.strict) {
            Canary.fill(chunk.root(), chunk.bytes);
            chunk.poisoned = true;
        }
        if (!idle[chunk.sizeClass].offer(chunk, clock.tick())) {
            free(chunk);
        }
    }

    /** Ends a block that its caller owns. */
    private void free(BufferChunk chunk) {
        if (isIntact(chunk)) {
            freed.incrementAndGet();
            retired.free(chunk);
            discharge(chunk);
        }
    }

    /** Whether nobody wrote to an idle block; else it is reported and retired, because he may do it again. */
    private boolean isIntact(BufferChunk chunk) {
        int changed = chunk.poisoned ? Canary.firstChange(chunk.root(), chunk.bytes) : -1;
        if (changed < 0) {
            return true;
        }
        writesAfterRelease.incrementAndGet();
        Site site = chunk.site == null ? books.common() : chunk.site;
        books.closeFailed(
                site,
                new WriteAfterReleaseException("buffer pool '" + settings.name()
                        + "': memory was written after its release (first changed byte=" + changed + " of "
                        + chunk.bytes + "); a view of it was kept beyond close by its last holder, who acquired it at "
                        + site.label() + "; drop the ByteBuffer with its handle"));
        retire(chunk);
        return false;
    }

    private void retire(BufferChunk chunk) {
        retired.add(chunk);
        discharge(chunk);
    }

    /** In the log at the first, second, fourth, eighth... time. */
    private void countUnpooled(PooledBuffer buffer, int bytes) {
        long count = unpooled.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            Site site = buffer.guard().site();
            LOG.warn(
                    "buffer pool '{}': {} bytes are more than what is kept (maxPooledBytes={}, so far={}), and are made and"
                            + " freed each time; acquired at {}",
                    settings.name(),
                    bytes,
                    settings.maxPooledBytes(),
                    count,
                    site == null ? "(not tracked)" : site.label());
        }
    }

    /** Frees a part of the idle blocks of each size, those idle for longest; returns the bytes. */
    long trim(double fraction) {
        long bytes = 0;
        for (IdleChunks list : idle) {
            long chunks = (long) Math.ceil(list.count() * fraction);
            for (long i = 0; i < chunks; i++) {
                BufferChunk chunk = list.takeOldest();
                if (chunk == null) {
                    break;
                }
                bytes += chunk.bytes;
                free(chunk);
            }
        }
        return bytes;
    }

    @Override
    public void step(boolean everything) {
        for (Reference<?> reference = dropped.poll(); reference != null; reference = dropped.poll()) {
            BufferChunk.AnchorReference collected = (BufferChunk.AnchorReference) reference;
            if (collected.chunk.endDropped(collected)) {
                leaked.incrementAndGet(); // the guards of its handles are found as well, and reported
                retire(collected.chunk);
            }
        }
        retired.step(closed);
        int now = clock.tick();
        if (everything || now - sweptAt >= SWEEP_TICKS) {
            sweptAt = now;
            trimIdle(now);
        }
    }

    private void trimIdle(int now) {
        int left = MOST_FREED_IN_A_STEP;
        for (IdleChunks list : idle) {
            BufferChunk chunk = left == 0 ? null : list.takeOldest(now, settings.trimAfterTicks());
            while (chunk != null) {
                free(chunk);
                left--;
                chunk = left == 0 ? null : list.takeOldest(now, settings.trimAfterTicks());
            }
        }
    }

    void close() {
        closed = true;
        for (IdleChunks list : idle) {
            list.close();
        }
        trim(1);
        retired.step(true);
        if (charged.get() == 0) {
            end();
        }
    }

    /** Nothing is out any more, and nothing will be. */
    private void end() {
        if (booksClosed.compareAndSet(false, true)) {
            retired.step(true);
            books.close();
        }
        endLock.lock();
        try {
            ended.signalAll();
        } finally {
            endLock.unlock();
        }
    }

    /** Waits until everything came back; false if that took too long. */
    boolean awaitEnd(long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        endLock.lockInterruptibly();
        try {
            while (charged.get() != 0 && left > 0) {
                left = ended.awaitNanos(left);
            }
            return charged.get() == 0;
        } finally {
            endLock.unlock();
        }
    }

    List<BufferHolder> holders() {
        List<BufferHolder> holders = new ArrayList<>();
        for (Site site : books.detector().sites()) {
            SiteStats stats = site.stats();
            if (stats.outstanding() > 0) {
                holders.add(new BufferHolder(site.label(), stats.outstanding(), stats.outstandingBytes()));
            }
        }
        holders.sort((one, other) -> Long.compare(other.bytes(), one.bytes()));
        return holders;
    }

    BufferPoolStats stats() {
        long handles = 0;
        long acquired = 0;
        long redundant = 0;
        for (Site site : books.detector().sites()) {
            SiteStats stats = site.stats();
            handles += stats.outstanding();
            acquired += stats.acquired();
            redundant += stats.redundantCloses();
        }
        long idleBytes = idleBytes();
        return new BufferPoolStats(
                settings.maxBytes(),
                Math.max(0, charged.get() - idleBytes),
                idleBytes,
                retired.bytes(),
                handles,
                acquired,
                allocated.get(),
                freed.get(),
                unpooled.get(),
                refused.get(),
                leaked.get(),
                writesAfterRelease.get(),
                redundant);
    }

    private long idleBytes() {
        long bytes = 0;
        for (IdleChunks list : idle) {
            bytes += (long) list.count() * list.size;
        }
        return bytes;
    }

    BufferLimitException full(int bytes) {
        StringBuilder text = new StringBuilder("buffer pool '" + settings.name() + "': no room for " + bytes
                + " bytes (max=" + settings.maxBytes() + ", leased=" + Math.max(0, charged.get() - idleBytes())
                + ", idle=" + idleBytes() + ", retired=" + retired.bytes() + " of which "
                + settings.maxRetiredBytes() + " are allowed for); close what is not needed, or raise maxBytes");
        List<BufferHolder> holders = holders();
        holders.stream()
                .limit(NAMED_HOLDERS)
                .forEach(holder ->
                        text.append(System.lineSeparator()).append("  ").append(holder));
        if (holders.size() > NAMED_HOLDERS) {
            text.append(System.lineSeparator())
                    .append("  and ")
                    .append(holders.size() - NAMED_HOLDERS)
                    .append(" more places");
        }
        return new BufferLimitException(text.toString());
    }

    private void checkRequest(int bytes) {
        if (bytes < 1 || bytes > settings.maxRequestBytes()) {
            throw new IllegalArgumentException("bytes must be 1 to maxRequestBytes of buffer pool '" + settings.name()
                    + "', which is " + settings.maxRequestBytes() + ": " + bytes);
        }
    }

    private void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private PoolClosedException closedException() {
        return new PoolClosedException(
                "buffer pool '" + settings.name() + "' is closed; nothing can be acquired any more");
    }

    boolean isClosedNow() {
        return closed;
    }

    /** Nothing: each acquisition asks. */
    @Override
    public void trackingChanged() {}

    /** Nothing: each handle has a guard, which is listed. */
    @Override
    public List<Outstanding.Entry> outstanding() {
        return List.of();
    }
}
