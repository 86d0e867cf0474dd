package io.watertight.pools;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Texts;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The pool its users see. Nothing of the library refers to it, so that one that was dropped is collected: then its core is
 * closed, and the loss reported.
 *
 * <p>Methods end with reachabilityFence(this): a pool must not be found dropped while one of its methods runs.
 */
final class BoundedPool<T> implements Pool<T> {
    private static final int INDEX_SHIFT = 48;
    private static final long GENERATION = (1L << INDEX_SHIFT) - 1;
    /** What pools themselves are tracked as. */
    private static final LeakDetector POOLS = LeakDetector.of("pool");

    private final PoolCore<T> core;
    private final Cleaner.Cleanable registration;
    private final AtomicBoolean ended = new AtomicBoolean();

    @SuppressWarnings("this-escape")
    private BoundedPool(PoolCore<T> core) {
        this.core = core;
        this.registration = POOLS.register(this, core.dispatcher::close);
    }

    static <T> BoundedPool<T> open(PoolSettings<T> settings, PoolCore.BooksOpener opener) {
        PoolCore<T> core = new PoolCore<>(settings, opener);
        try {
            BoundedPool<T> pool = new BoundedPool<>(core);
            core.dispatcher.serve(); // starts the prefill
            return pool;
        } catch (Throwable failure) {
            core.dispatcher.close();
            throw failure;
        }
    }

    PoolCore<T> core() {
        return core;
    }

    @Override
    public PoolLease<T> acquire(Duration timeout) throws InterruptedException {
        try {
            return core.tracking.lease(core.take(core.tracking.leasedByHandle(), notNegative(timeout)));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public @Nullable PoolLease<T> tryAcquire() {
        try {
            Slot slot = core.tryTake(core.tracking.leasedByHandle());
            return slot == null ? null : core.tracking.lease(slot);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public CompletableFuture<PoolLease<T>> acquireAsync(Duration timeout, Executor executor) {
        try {
            Objects.requireNonNull(executor, "executor");
            AsyncWaiter<T> waiter = new AsyncWaiter<>(core, core.tracking.leasedByHandle(), nanos(timeout), executor);
            core.dispatcher.enqueue(waiter);
            return waiter.future;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public <R, E extends Exception> R with(Duration timeout, PoolFunction<? super T, ? extends R, E> use)
            throws E, InterruptedException {
        Objects.requireNonNull(use, "use");
        try {
            Slot slot = core.take(core.tracking.leasedByTicket(), notNegative(timeout));
            int stamp = Slot.stampOf(slot.statePlain());
            core.tracking.describe(slot);
            try {
                return use.apply(core.tracking.objectOf(slot));
            } finally {
                core.release(slot, stamp);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public long acquireTicket(Duration timeout) throws InterruptedException {
        try {
            return ticket(core.take(core.tracking.leasedByTicket(), notNegative(timeout)));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public long tryAcquireTicket() {
        try {
            Slot slot = core.tryTake(core.tracking.leasedByTicket());
            return slot == null ? 0 : ticket(slot);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private long ticket(Slot slot) {
        long generation = Slot.generationOf(slot.statePlain());
        core.tracking.describe(slot);
        return (long) slot.index << INDEX_SHIFT | (generation & GENERATION);
    }

    @Override
    public T get(long ticket) {
        try {
            Slot slot = slotAt(ticket);
            T object = slot == null || !isOf(ticket, slot.statePlain())
                    ? null
                    : core.tracking.objectOf(slot, (int) ticket);
            if (object == null) {
                throw stale(ticket);
            }
            return object;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void release(long ticket) {
        try {
            Slot slot = slotAt(ticket);
            if (slot == null || !isOf(ticket, slot.statePlain()) || !core.release(slot, (int) ticket)) {
                throw stale(ticket);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidate(long ticket, Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        try {
            Slot slot = slotAt(ticket);
            if (slot == null
                    || !isOf(ticket, slot.statePlain())
                    || !core.endLease(slot, (int) ticket, DestroyReason.INVALIDATED)) {
                throw stale(ticket);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private @Nullable Slot slotAt(long ticket) {
        Slot[] slots = core.table.slotsAcquire();
        int index = (int) (ticket >>> INDEX_SHIFT);
        return index < slots.length ? slots[index] : null;
    }

    /** Of a state read plainly: who holds the ticket has seen this generation or a later one, and what follows looks again. */
    private static boolean isOf(long ticket, long state) {
        return ((Slot.generationOf(state) ^ ticket) & GENERATION) == 0;
    }

    private IllegalStateException stale(long ticket) {
        core.counters.redundantCloses.incrementAndGet();
        return new IllegalStateException("ticket " + Long.toHexString(ticket) + " of pool '" + core.settings.name
                + "' is not valid: it was released, or never given out here; somebody else may have its object now");
    }

    @Override
    public void awaitReady(Duration timeout) throws InterruptedException {
        try {
            core.monitor.awaitPrefill(nanos(timeout));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void resize(int capacity) {
        try {
            core.dispatcher.resize(PoolBuilder.checkCapacity(capacity));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public int evict(Predicate<? super T> test) {
        try {
            return core.upkeep.evict(Objects.requireNonNull(test, "test"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public CompletionStage<@Nullable Void> replaceAllocator(Allocator<T> allocator) {
        try {
            return core.dispatcher.replaceAllocator(Objects.requireNonNull(allocator, "allocator"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void suspend() {
        try {
            core.dispatcher.suspend(true);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void resume() {
        try {
            core.dispatcher.suspend(false);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void level(TrackingLevel level) {
        try {
            core.books.detector().level(level);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public List<PoolHolder> holders() {
        try {
            return core.scan.holders();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public PoolStats stats() {
        try {
            return core.monitor.stats();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return core.settings.name;
    }

    @Override
    public DrainReport drain(Duration deadline) throws InterruptedException {
        try {
            long most = nanos(deadline);
            endOnce();
            return core.monitor.awaitGone(most, true);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void close() {
        try {
            endOnce();
            core.monitor.awaitGone(core.settings.closeTimeoutNanos, false);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void endOnce() {
        if (ended.compareAndSet(false, true)) {
            registration.clean(); // closes the core
        }
    }

    private static long nanos(Duration timeout) {
        return Texts.saturatedNanos(notNegative(timeout));
    }

    private static Duration notNegative(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        return timeout;
    }

    @Override
    public String toString() {
        PoolStats stats = stats();
        return "Pool[" + core.settings.name + ", capacity=" + stats.capacity() + ", idle=" + stats.idle() + ", leased="
                + stats.leased() + ", waiting=" + stats.waiting() + (core.isClosedNow() ? ", closed]" : "]");
    }
}
