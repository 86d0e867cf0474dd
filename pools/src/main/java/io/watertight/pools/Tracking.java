package io.watertight.pools;

import io.watertight.guards.Site;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.VirtualThreads;
import java.lang.ref.ReferenceQueue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is kept of a lease so that it is found when it is lost: made by who has just taken a slot, ended by who returns it. */
final class Tracking<T> {
    /** It depends on the thread, or a guard is needed. */
    private static final int ASK = 0;

    /** What a lease has in place of an anchor where leaks are not looked for. */
    private static final Object UNWATCHED = new Object();

    /** Anchors that were collected. */
    final ReferenceQueue<Object> dropped = new ReferenceQueue<>();

    private final PoolCore<T> core;
    private final PoolSettings<T> settings;
    private final Site common;
    /**
     * The state a lease by handle begins in, or {@link #ASK}. Volatile: who acquires after the level was changed is tracked at
     * the new one.
     */
    private volatile int mode = ASK;

    Tracking(PoolCore<T> core, Books books) {
        this.core = core;
        this.settings = core.settings;
        this.common = books.common();
        update(books);
    }

    private Books books() {
        return core.books;
    }

    /** Decides how leases are tracked, until this is called again. */
    void update(Books asking) {
        core.scan.sampleAll(); // untracked leases may have gone by, so many that a slot's next sample is out of sight
        mode = asking.isPlain() ? Slot.LEASED | Slot.ANCHORED : asking.isOff() ? Slot.LEASED : ASK;
    }

    /** How the next lease by handle is to be tracked. */
    int leasedByHandle() {
        int current = mode;
        return current == ASK ? ask() : current;
    }

    /** How the next lease without a handle, by ticket or for the time of a call, is to be tracked. */
    int leasedByTicket() {
        return leasedByHandle() & ~Slot.ANCHORED;
    }

    private int ask() {
        return switch (books().level()) {
            case OFF -> Slot.LEASED;
            case COUNT -> Slot.LEASED | Slot.ANCHORED;
            case TRACK, FULL, STRICT -> Slot.LEASED | Slot.ANCHORED | Slot.DETAILED;
        };
    }

    /** Makes the handle of a slot that was just taken; gives the slot back if that fails. */
    PoolLease<T> lease(Slot slot) {
        try {
            PoolLease<T> lease = new PoolLease<>(slot);
            long state = slot.statePlain();
            int tick = core.clock.tick();
            if ((state & Slot.ANCHORED) == 0) {
                lease.anchor = UNWATCHED;
            } else {
                lease.anchor = anchor(slot, tick); // lives until the scan can see whose it is: the lease is returned
                describe(slot, state, tick, lease);
            }
            return lease;
        } catch (Throwable failure) {
            core.untake(slot);
            throw failure;
        }
    }

    /** Describes a lease without a handle; gives the slot back if that fails. */
    void describe(Slot slot) {
        try {
            if (mode != Slot.LEASED) {
                describe(slot, slot.statePlain(), core.clock.tick(), null);
            }
        } catch (Throwable failure) {
            core.untake(slot);
            throw failure;
        }
    }

    /*
     * Mostly a slot is taken by the thread that had it before, is not to be sampled, and has an anchor of this tick: then one
     * store describes the lease. What else there is to do stands in methods of their own, too long to be inlined where they
     * are rarely called, because a compiled acquire that is too big is itself not inlined, and its lease then allocated.
     */
    private void describe(Slot slot, long state, int tick, @Nullable PoolLease<T> lease) {
        int stamp = Slot.stampOf(state);
        if (slot.owner != Thread.currentThread() || stamp - slot.sampleAt >= 0) {
            describeAnew(slot, stamp, Thread.currentThread());
        }
        if ((state & Slot.DETAILED) != 0) {
            slot.detail = detail(slot, lease);
        }
        slot.describeRelease(stamp, tick);
    }

    /** Whose the lease is, and where it was acquired. One gets its own site, and those of the pause after it the common one. */
    private void describeAnew(Slot slot, int stamp, Thread thread) {
        slot.ownerId = thread.getId();
        slot.owner = VirtualThreads.isVirtual(thread) ? null : thread;
        if (stamp - slot.sampleAt < 0) {
            return;
        }
        if (slot.pause == 0) {
            slot.site = books().sample();
            slot.pause = books().pause();
            slot.sampleAt = stamp + 1;
        } else {
            slot.site = common;
            slot.sampleAt = stamp + slot.pause;
            slot.pause = 0;
        }
    }

    /** A new pair at most once a tick, so that a lease begins with a young one, which young collections find. */
    private Object anchor(Slot slot, int tick) {
        Slot.AnchorReference reference = slot.reference;
        Object anchor = reference != null && reference.madeTick == tick ? reference.get() : null;
        return anchor == null ? newAnchor(slot, tick) : anchor;
    }

    private Object newAnchor(Slot slot, int tick) {
        Object anchor = new Object();
        slot.reference = new Slot.AnchorReference(anchor, slot, dropped, tick);
        return anchor;
    }

    private Slot.Detail detail(Slot slot, @Nullable PoolLease<T> lease) {
        Site site = LeakScan.siteOf(slot, core);
        boolean strict = books().level() == TrackingLevel.STRICT;
        String what = settings.name;
        Class<?> face = settings.interfaceType;
        Object object = slot.object;
        Object proxy = strict && face != null && object != null
                ? RevocableProxy.of(face, object, slot, Slot.stampOf(slot.statePlain()))
                : null;
        @SuppressWarnings("MustBeClosedChecker") // closed when the lease ends
        var guard = lease == null ? site.open(what, ignored -> {}) : site.guard(lease, what, ignored -> {});
        return new Slot.Detail(guard, proxy);
    }

    /** The object of a slot whose lease the caller holds: the revocable one where there is one. */
    T objectOf(Slot slot) {
        return mine(lent(slot));
    }

    /** The same for a handle that somebody else may end at any time; null if that has happened. */
    @Nullable
    T objectOf(Slot slot, int stamp) {
        Object object = slot.object;
        long state = slot.stateAfterRead();
        if ((state & (Slot.TAG | Slot.DETAILED)) == Slot.LEASED) {
            return Slot.stampOf(state) == stamp ? mine(object) : null;
        }
        Object lent = lent(slot);
        state = slot.stateAfterRead();
        return Slot.stampOf(state) == stamp && Slot.tagOf(state) == Slot.LEASED ? mine(lent) : null;
    }

    private static @Nullable Object lent(Slot slot) {
        Slot.Detail detail = slot.detail;
        Object proxy = detail == null ? null : detail.proxy();
        return proxy == null ? slot.object : proxy;
    }

    @SuppressWarnings("unchecked")
    private T mine(@Nullable Object object) {
        return (T) Objects.requireNonNull(object);
    }

    /** Ends what was kept of a lease, by who took it to RETURNING. */
    void settle(Slot slot, long before) {
        if ((before & Slot.OVERDUE) != 0) {
            books().returnedLate(LeakScan.siteOf(slot, core), Slot.sinceTick(slot.descriptionAcquire()), slot.owner);
        }
        Slot.Detail detail = slot.detail;
        if ((before & Slot.DETAILED) != 0 && detail != null) {
            slot.detail = null;
            detail.guard().close();
        }
    }
}
