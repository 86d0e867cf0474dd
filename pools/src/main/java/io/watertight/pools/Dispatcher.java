package io.watertight.pools;

import io.watertight.guards.internal.LibraryThreads;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides, under the core lock, where slots go: to who waits, free, or to the workers that fill and empty them.
 *
 * <p>Every method expects its caller to hold the lock, unless it takes it itself; who takes it leaves it by {@link #leave()},
 * which then wakes threads and starts workers, because neither may be done under it.
 */
final class Dispatcher<T> {
    private final PoolCore<T> core;
    private final PoolSettings<T> settings;
    private final Waiter.Queue waiting = new Waiter.Queue();
    /** Those that were decided since the lock was taken. */
    private @Nullable Waiter woken;

    private Allocator<T> allocator;
    /** While objects of an earlier allocator are left: completed when the last is gone. */
    private @Nullable CompletableFuture<@Nullable Void> replaced;

    private int target;
    /** Slots that are not EMPTY. */
    private int alive;
    /** Slots that are CREATING. */
    private int creating;
    /** Slots that are DESTROYING. */
    private int ending;

    private boolean suspended;
    private boolean closed;
    private boolean booksClosed;
    /** Nothing of this pool is left. */
    private boolean ended;

    Dispatcher(PoolCore<T> core) {
        this.core = core;
        this.settings = core.settings;
        this.allocator = settings.allocator;
        this.target = settings.capacity;
    }

    /** Puts a waiter at the end of the queue, unless it can be served now. */
    void enqueue(Waiter waiter) {
        core.enter();
        try {
            checkOpen();
            waiting.add(waiter);
            updateControl(); // before looking for a free slot: see PoolCore
            serveFromFree();
        } finally {
            leave();
        }
    }

    /** Takes a waiter out of the queue, if it was not decided before. */
    void withdraw(Waiter waiter) {
        core.enter();
        try {
            waiting.remove(waiter);
            updateControl();
        } finally {
            leave();
        }
    }

    /** Takes a free slot if nobody waits for it; else has an object made, if there may be one more. */
    @Nullable
    Slot tryTake(int leasedAs) {
        core.enter();
        try {
            checkOpen();
            if (suspended || waiting.size() != 0) {
                return null;
            }
            Slot slot = claimFree(leasedAs);
            if (slot == null) {
                planCreations(1);
            }
            return slot;
        } finally {
            leave();
        }
    }

    /** Looks after waiters, surplus and what is to be made. */
    void serve() {
        core.enter();
        try {
            serveFromFree();
        } finally {
            leave();
        }
    }

    /** Decides where a slot with an object goes. The caller owns the slot. */
    void place(Slot slot, @Nullable DestroyReason retire) {
        DestroyReason reason = retire == null ? reasonToGo(slot) : retire;
        Waiter first = waiting.head();
        if (reason != null) {
            destroy(slot, reason);
        } else if (first != null && !suspended) {
            waiting.remove(first);
            slot.setStateVolatile(Slot.as(slot.statePlain(), first.leasedAs));
            decide(first, slot);
        } else {
            slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.FREE));
            core.changed.signalAll();
        }
        updateControl();
    }

    private @Nullable DestroyReason reasonToGo(Slot slot) {
        if (closed) {
            return DestroyReason.CLOSED;
        }
        if (slot.allocator != allocator) {
            return DestroyReason.REPLACED;
        }
        return isTooLarge() ? DestroyReason.RESIZED : null;
    }

    private boolean isTooLarge() {
        return alive - ending > target;
    }

    private void decide(Waiter waiter, Slot slot) {
        waiter.next = woken;
        woken = waiter;
        waiter.granted = slot;
    }

    /** Gives free slots to who waits, ends those that are surplus, and has new objects made. */
    void serveFromFree() {
        if (closed || (core.controlVolatile() & PoolCore.SURPLUS) != 0) {
            endSurplus();
        }
        while (!closed && !suspended && waiting.head() != null) {
            Waiter first = waiting.head();
            Slot slot = claimFree(first.leasedAs);
            if (slot == null) {
                break;
            }
            waiting.remove(first);
            decide(first, slot);
        }
        updateControl();
        planCreations(0);
    }

    /** A free slot that may be given out. Who freed the others just now had not seen that they are surplus. */
    private @Nullable Slot claimFree(int leasedAs) {
        Slot slot = core.table.claimAny(leasedAs);
        while (slot != null) {
            DestroyReason reason = reasonToGo(slot);
            if (reason == null) {
                return slot;
            }
            destroy(slot, reason);
            slot = core.table.claimAny(leasedAs);
        }
        return null;
    }

    private void endSurplus() {
        for (Slot slot : core.table.slotsAcquire()) {
            if (Slot.tagOf(slot.stateVolatile()) == Slot.FREE) {
                DestroyReason reason = reasonToGo(slot);
                if (reason != null && SlotTable.tryClaim(slot, Slot.DESTROYING)) {
                    destroy(slot, reason);
                }
            }
        }
    }

    /** Has the object of a slot the caller owns destroyed by a worker. */
    void destroy(Slot slot, DestroyReason reason) {
        slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.DESTROYING));
        ending++;
        core.workers.submit(slot, Job.Kind.DESTROY, reason);
    }

    /** Has an idle object, in a slot the caller took to CHECKING, checked by a worker. */
    void validate(Slot slot) {
        core.workers.submit(slot, Job.Kind.VALIDATE, DestroyReason.INVALID);
    }

    /** Has as many objects made as are missing: for those who wait, for the prefill, and for {@code extra} more. */
    void planCreations(int extra) {
        while (!closed
                && alive < target
                && (creating < waiting.size() + extra || alive < Math.min(settings.prefill, target))
                && creating < settings.concurrentCalls
                && core.workers.mayCreate()) {
            Slot slot = anEmptySlot();
            if (slot == null) {
                return;
            }
            alive++;
            creating++;
            slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.CREATING));
            core.workers.submit(slot, Job.Kind.CREATE, DestroyReason.INVALID);
        }
    }

    private @Nullable Slot anEmptySlot() {
        for (Slot slot : core.table.slotsAcquire()) {
            if (Slot.tagOf(slot.statePlain()) == Slot.EMPTY) {
                return slot;
            }
        }
        return null;
    }

    /** A worker has made an object for a slot in CREATING. */
    void created(Slot slot, Object object, Allocator<?> madeBy) {
        creating--;
        slot.object = object;
        slot.allocator = madeBy;
        core.upkeep.born(slot);
        place(slot, null);
        core.changed.signalAll();
    }

    /** A slot in CREATING stays without an object. */
    void notCreated(Slot slot) {
        creating--;
        makeEmpty(slot);
    }

    void makeEmpty(Slot slot) {
        slot.object = null;
        slot.allocator = null;
        slot.retirement = null;
        slot.owner = null;
        slot.ownerId = 0;
        alive--;
        if (Slot.tagOf(slot.statePlain()) == Slot.DESTROYING) {
            ending--;
        }
        slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.EMPTY));
        updateControl();
        core.changed.signalAll();
    }

    /** Takes an object that leaked out of its slot, which then can be filled again unless too many were lost. */
    void retireLeaked(Slot slot) {
        core.enter();
        try {
            slot.object = null;
            slot.allocator = null;
            if (core.counters.abandoned.incrementAndGet() <= settings.maxAbandoned || closed) {
                makeEmpty(slot);
            } else {
                slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.LOST));
            }
            planCreations(0);
        } finally {
            leave();
        }
    }

    void updateControl() {
        int bits = (waiting.size() == 0 ? 0 : PoolCore.WAITERS)
                | (closed ? PoolCore.CLOSED : 0)
                | (suspended ? PoolCore.SUSPENDED : 0)
                | (isTooLarge() || isAnyOfOldAllocator() ? PoolCore.SURPLUS : 0);
        core.setControl(bits);
    }

    private boolean isAnyOfOldAllocator() {
        return replaced != null && countOfOldAllocator() > 0;
    }

    private int countOfOldAllocator() {
        int count = 0;
        for (Slot slot : core.table.slotsAcquire()) {
            Allocator<?> madeBy = slot.allocator; // Racy: of a slot somebody owns it can only become null
            count += madeBy != null && madeBy != allocator ? 1 : 0;
        }
        return count;
    }

    void checkOpen() {
        if (closed) {
            throw core.closedException();
        }
    }

    /** Leaves the lock, and then does what must not be done under it. */
    void leave() {
        Waiter decided = woken;
        woken = null;
        boolean spawn = core.workers.wantsThread();
        boolean finished = closed && alive == 0 && !booksClosed;
        booksClosed |= finished;
        if (finished) {
            core.workers.end();
        }
        CompletableFuture<@Nullable Void> gone = replaced == null || countOfOldAllocator() > 0 ? null : replaced;
        if (gone != null) {
            replaced = null;
        }
        core.lock.unlock();
        while (decided != null) {
            Waiter next = decided.next;
            decided.next = null;
            decided.wake();
            decided = next;
        }
        if (spawn) {
            core.workers.startThread();
        }
        if (finished) {
            finish();
        }
        if (gone != null) {
            announce(gone);
        }
    }

    /** What depends on it is code of the user's, and must not run on whatever thread this is. */
    private void announce(CompletableFuture<@Nullable Void> gone) {
        try {
            LibraryThreads.daemon("watertight-pool-" + settings.name + "-replaced", () -> gone.complete(null))
                    .start();
        } catch (OutOfMemoryError noThread) {
            gone.complete(null);
        }
    }

    private void finish() {
        try {
            core.books.close();
        } finally {
            core.enter();
            try {
                ended = true;
                core.changed.signalAll();
            } finally {
                core.lock.unlock();
            }
        }
    }

    void resize(int capacity) {
        core.enter();
        try {
            checkOpen();
            core.table.growTo(capacity);
            target = capacity;
            updateControl();
            serveFromFree();
        } finally {
            leave();
        }
    }

    CompletableFuture<@Nullable Void> replaceAllocator(Allocator<T> next) {
        CompletableFuture<@Nullable Void> done;
        core.enter();
        try {
            checkOpen();
            done = replaced == null ? new CompletableFuture<>() : replaced;
            replaced = done;
            allocator = next;
            core.workers.forgetFailures();
            updateControl(); // SURPLUS, as long as there is one of the old: so each return is looked at under the lock
            serveFromFree();
        } finally {
            leave();
        }
        return done;
    }

    void suspend(boolean now) {
        core.enter();
        try {
            checkOpen();
            suspended = now;
            updateControl();
            serveFromFree();
        } finally {
            leave();
        }
    }

    /** Ends the pool: who waits is refused, what is idle is destroyed, what is leased will be. */
    void close() {
        core.enter();
        try {
            closed = true;
            updateControl();
            for (Waiter waiter = waiting.head(); waiter != null; waiter = waiting.head()) {
                waiting.remove(waiter);
                waiter.next = woken;
                woken = waiter;
                waiter.refused = true;
            }
            for (Slot slot : core.table.slotsAcquire()) {
                if (Slot.tagOf(slot.statePlain()) == Slot.LOST) {
                    makeEmpty(slot);
                }
            }
            serveFromFree();
            core.changed.signalAll();
        } finally {
            leave();
        }
    }

    /** Under the lock: makes the end of a lease wait for the lock; false if that lease has ended. */
    boolean lockLease(Slot slot, long generation) {
        while (true) {
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) != Slot.LEASED || Slot.generationOf(state) != generation) {
                return false;
            }
            if ((state & Slot.LOCKED) != 0 || slot.casState(state, state | Slot.LOCKED)) {
                return true;
            }
        }
    }

    /** Who waits without a thread has nobody else to look at the clock; and who cancelled need not be served. */
    void timeOutAsync() {
        core.enter();
        try {
            long now = core.books.ticker().nanos();
            for (Waiter waiter = waiting.head(); waiter != null; ) {
                Waiter next = waiter.next;
                if (waiter instanceof AsyncWaiter<?> async && async.isOver(now) && waiting.remove(waiter)) {
                    async.next = woken;
                    woken = async;
                }
                waiter = next;
            }
            updateControl();
        } finally {
            leave();
        }
    }

    Allocator<T> allocator() {
        return allocator;
    }

    int target() {
        return target;
    }

    int alive() {
        return alive;
    }

    int creating() {
        return creating;
    }

    int ending() {
        return ending;
    }

    int waiting() {
        return waiting.size();
    }

    /** Whether the pool is closed, empty and accounted for, and its threads have nothing left to do. */
    boolean isEnded() {
        return ended && core.workers.threads() == 0;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isSuspended() {
        return suspended;
    }
}
