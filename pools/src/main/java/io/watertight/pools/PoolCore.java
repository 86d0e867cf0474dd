package io.watertight.pools;

import io.watertight.guards.Outstanding;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.Texts;
import io.watertight.guards.internal.VirtualThreads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of a pool: who holds which slot, and who waits. It does not know the {@link Pool} in front of it, so that a
 * pool which is dropped can be collected and found.
 */
final class PoolCore<T> implements Books.Keeper {
    /*
     * Fast path: one CAS takes a FREE slot, one CAS gives it back (Slot has the states). The fast path is open while
     * `control` is 0; each bit in it is a reason for the lock, but INSPECTS, which is one for a longer way back.
     *
     * Blocked callers wait in arrival order. A slot that is given back while somebody waits goes straight to the first one,
     * LEASED to LEASED under the lock, and is never free in between; so who comes later cannot overtake.
     *
     * No lost wake-up: a waiter sets WAITERS (volatile), then looks for a FREE slot (volatile reads). A releaser frees its
     * slot (CAS or volatile write), then reads `control` (volatile). All four are in one total order, so at least one of
     * them sees the other, and the one who does serves the queue under the lock. Surplus, suspension and close are seen in
     * the same way.
     *
     * field                                    read           write
     * control                                  volatile       volatile, under `lock`
     * all of Dispatcher, Workers and the       under `lock`   under `lock`
     * waiters' queue
     *
     * A grant beats a time-out and an interrupt: both are decided under `lock`, and what was granted is kept. While a lease
     * is LOCKED its end takes `lock` as well.
     *
     * `lock` is the only one. Under it nothing is called but the clock; the code of users runs under no lock at all.
     *
     * The hand-over of slots to waiters, strict and direct, is what the Go pool of Vitess does (vitessio/vitess#14033).
     */
    static final int WAITERS = 1;
    static final int CLOSED = 1 << 1;
    static final int SUSPENDED = 1 << 2;
    /** Objects are alive that are to go: too many, or of an old allocator. */
    static final int SURPLUS = 1 << 3;
    /** Objects are reset or checked when they are given back; never changes. */
    static final int INSPECTS = 1 << 4;

    /** More than is ever called under the lock, of frames that are smaller. */
    private static final int FRAMES_IN_RESERVE = 128;

    private static final int NOT_GRANTING = CLOSED | SUSPENDED;
    private static final VarHandle CONTROL;

    static {
        try {
            CONTROL = MethodHandles.lookup().findVarHandle(PoolCore.class, "control", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final PoolSettings<T> settings;
    final SlotTable table;
    private final Slot[] hints;
    final ReentrantLock lock = new ReentrantLock();
    /** Signalled whenever an object came or went. */
    final Condition changed = lock.newCondition();

    final Dispatcher<T> dispatcher;
    final Workers workers;
    final PoolCounters counters = new PoolCounters();
    final LeakScan scan;
    final Upkeep upkeep;
    final PoolMonitor monitor;
    final Books books;
    final CoarseClock clock;
    /** Null for a moment at the start, while the books are opened. */
    private volatile @Nullable Tracking<T> trackingOrNull;

    final Tracking<T> tracking;

    private int control;

    @SuppressWarnings("this-escape")
    PoolCore(PoolSettings<T> settings, BooksOpener opener) {
        this.settings = settings;
        this.control = settings.inspectsReturns() ? INSPECTS : 0;
        this.table = new SlotTable(this, settings.order, settings.capacity);
        this.hints = table.hints;
        this.dispatcher = new Dispatcher<>(this);
        this.workers = new Workers(this);
        this.scan = new LeakScan(this);
        this.upkeep = new Upkeep(this);
        this.monitor = new PoolMonitor(this);
        this.books = opener.open(settings.name, this); // last: from here on steps are made
        this.clock = books.clock();
        this.tracking = new Tracking<>(this, books);
        this.trackingOrNull = tracking;
        trackingChanged(); // what changed before
    }

    /** How a core opens its books; tests have their own. */
    @FunctionalInterface
    interface BooksOpener {
        Books open(String type, Books.Keeper keeper);
    }

    /**
     * Takes the lock, with enough stack left for what is done under it: a stack that ends in there would leave the lock
     * taken, and slots between two states. Here it does no harm.
     */
    void enter() {
        reserveStack(FRAMES_IN_RESERVE);
        lock.lock();
    }

    private static int reserveStack(int frames) {
        return frames == 0 ? 0 : 1 + reserveStack(frames - 1);
    }

    int controlVolatile() {
        return (int) CONTROL.getVolatile(this);
    }

    /** By the {@link Dispatcher}, under the lock. */
    void setControl(int reasons) {
        int bits = reasons | (control & INSPECTS);
        if (bits != control) {
            CONTROL.setVolatile(this, bits);
        }
    }

    /** Takes a free slot if there is one and nobody waits for it; null otherwise. */
    @Nullable
    Slot tryTake(int leasedAs) {
        Slot slot = takeAtOnce(leasedAs);
        return slot == null ? dispatcher.tryTake(leasedAs) : slot;
    }

    /** The fast path; null if it is closed, or found no slot. */
    private @Nullable Slot takeAtOnce(int leasedAs) {
        if ((controlVolatile() & ~INSPECTS) == 0) {
            Slot slot = table.claimNear(hints, leasedAs);
            if (slot != null && isStillGranting(slot)) {
                return slot;
            }
        }
        return null;
    }

    /** A close or a suspension that ended before this is seen, and nothing is granted after it. */
    private boolean isStillGranting(Slot slot) {
        if ((controlVolatile() & NOT_GRANTING) == 0) {
            return true;
        }
        untake(slot);
        return false;
    }

    /** Takes a slot, and waits for one if there is none. */
    Slot take(int leasedAs, Duration timeout) throws InterruptedException {
        Slot slot = takeAtOnce(leasedAs);
        return slot == null ? await(new Waiter(Thread.currentThread(), leasedAs), Texts.saturatedNanos(timeout)) : slot;
    }

    private Slot await(Waiter waiter, long timeoutNanos) throws InterruptedException {
        long start = books.ticker().nanos();
        boolean interrupted = false;
        try {
            dispatcher.enqueue(waiter);
            while (!waiter.isDecided() && !interrupted) {
                long left = timeoutNanos - (books.ticker().nanos() - start);
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
                interrupted = !waiter.isDecided() && Thread.interrupted();
            }
            if (!waiter.isDecided()) {
                dispatcher.withdraw(waiter);
            }
        } catch (Throwable failure) { // of a lack of memory or of stack, say
            giveUp(waiter);
            throw failure;
        }
        Slot granted = waiter.granted;
        if (granted != null) {
            if (interrupted) {
                Thread.currentThread().interrupt(); // the grant was first
            }
            return granted;
        }
        if (waiter.refused) {
            if (interrupted) {
                Thread.currentThread().interrupt(); // the refusal was first
            }
            throw closedException();
        }
        if (interrupted) {
            throw new InterruptedException("interrupted while waiting for an object of pool '" + settings.name + "'");
        }
        counters.timeouts.incrementAndGet();
        throw TimeoutReport.exception(this, timeoutNanos);
    }

    /** Nobody waits any more, and nobody takes what was granted. */
    void giveUp(Waiter waiter) {
        dispatcher.withdraw(waiter);
        Slot granted = waiter.granted;
        if (granted != null) {
            untake(granted);
        }
    }

    /** Gives back a slot that nobody has seen. */
    void untake(Slot slot) {
        endLease(slot, Slot.stampOf(slot.statePlain()), null);
    }

    /**
     * Ends a lease and gives the object back.
     *
     * @param stamp which lease
     * @return false if that lease had ended before
     */
    boolean release(Slot slot, int stamp) {
        long state = slot.statePlain(); // a guess, which the CAS checks
        if (Slot.stampOf(state) == stamp
                && (state & (Slot.TAG | (Slot.FLAGS & ~Slot.ANCHORED))) == Slot.LEASED
                && controlVolatile() == 0
                && slot.casState(state, Slot.next(state, Slot.FREE))) {
            if (controlVolatile() != 0) {
                dispatcher.serve();
            }
            return true;
        }
        return endLease(slot, stamp, null);
    }

    /**
     * Ends a lease in every other case.
     *
     * @param invalid why the object is to be destroyed; null to keep it if it can be kept
     */
    boolean endLease(Slot slot, int stamp, @Nullable DestroyReason invalid) {
        long before = leaveLease(slot, stamp);
        if (before == -1) {
            return false;
        }
        DestroyReason retire = DestroyReason.INVALID;
        try {
            tracking.settle(slot, before);
            retire = invalid != null ? invalid : upkeep.inspect(slot, before);
        } finally {
            giveOn(slot, retire);
        }
        return true;
    }

    /** Ends a lease and keeps the object out of the pool; null if that lease had ended. */
    @SuppressWarnings("unchecked")
    @Nullable
    T detach(Slot slot, int stamp) {
        long before = leaveLease(slot, stamp);
        if (before == -1) {
            return null;
        }
        T object = (T) slot.object;
        counters.detached.incrementAndGet();
        try {
            tracking.settle(slot, before);
        } finally {
            empty(slot);
        }
        return object;
    }

    /** LEASED to RETURNING: the caller owns the slot then. Returns the state before, or -1 if that lease had ended. */
    long leaveLease(Slot slot, int stamp) {
        while (true) {
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) != Slot.LEASED || Slot.stampOf(state) != stamp) {
                return -1;
            }
            boolean locked = (state & Slot.LOCKED) != 0;
            if (locked) {
                enter();
            }
            try {
                if (slot.casState(state, Slot.next(state, Slot.RETURNING))) {
                    return state;
                }
            } finally {
                if (locked) {
                    lock.unlock();
                }
            }
        }
    }

    /** A second end of a lease. */
    void closedAgain(Object handle) {
        counters.redundantCloses.incrementAndGet();
        if (books.level() == TrackingLevel.STRICT) {
            throw new IllegalStateException(
                    handle + " was closed before; STRICT allows one close: find the second owner");
        }
    }

    /** Passes on a slot the caller owns with an object in it: to the first who waits, or free, or to be destroyed. */
    void giveOn(Slot slot, @Nullable DestroyReason retire) {
        if (retire == null && (controlVolatile() & ~INSPECTS) == 0) {
            slot.setStateVolatile(Slot.as(slot.statePlain(), Slot.FREE));
            if ((controlVolatile() & ~INSPECTS) != 0) {
                dispatcher.serve();
            }
            return;
        }
        enter();
        try {
            dispatcher.place(slot, retire);
            dispatcher.planCreations(0);
        } finally {
            dispatcher.leave();
        }
    }

    /** Takes the object out of a slot the caller owns; nobody destroys it. */
    void empty(Slot slot) {
        enter();
        try {
            dispatcher.makeEmpty(slot);
            dispatcher.planCreations(0);
        } finally {
            dispatcher.leave();
        }
    }

    /** Makes a thread, or nobody, the owner of a lease; false if that lease has ended. */
    boolean handOver(Slot slot, int stamp, @Nullable Thread newOwner) {
        enter();
        try {
            long state = slot.stateVolatile();
            if (Slot.stampOf(state) != stamp || !dispatcher.lockLease(slot, Slot.generationOf(state))) {
                return false;
            }
            slot.owner = newOwner == null || VirtualThreads.isVirtual(newOwner) ? null : newOwner;
            slot.ownerId = newOwner == null ? 0 : newOwner.getId();
            Slot.Detail detail = slot.detail;
            if (detail != null && newOwner != null) {
                detail.guard().handOver(newOwner);
            } else if (detail != null) {
                detail.guard().handOver();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    PoolClosedException closedException() {
        return new PoolClosedException("pool '" + settings.name + "' is closed; nothing can be acquired any more");
    }

    boolean isClosedNow() {
        return (controlVolatile() & CLOSED) != 0;
    }

    @Override
    public void step(boolean everything) {
        if (trackingOrNull == null) {
            return; // not yet made
        }
        scan.run(everything);
        dispatcher.timeOutAsync();
        upkeep.run(everything);
    }

    @Override
    public void trackingChanged() {
        Tracking<T> made = trackingOrNull;
        if (made != null) {
            made.update(books);
        }
    }

    @Override
    public List<Outstanding.Entry> outstanding() {
        return trackingOrNull == null ? List.of() : scan.outstanding();
    }
}
