package io.watertight.pools;

import io.watertight.guards.Site;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.VirtualThreads;
import java.lang.ref.Reference;
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
            describe(slot, lease, Thread.currentThread());
            return lease;
        } catch (Throwable failure) {
            core.untake(slot);
            throw failure;
        }
    }

    /** Describes a lease without a handle; gives the slot back if that fails. */
    void describe(Slot slot) {
        try {
            describe(slot, null, Thread.currentThread());
        } catch (Throwable failure) {
            core.untake(slot);
            throw failure;
        }
    }

    private void describe(Slot slot, @Nullable PoolLease<T> lease, Thread thread) {
        int flags = (int) slot.statePlain();
        int tick = core.clock.tick();
        Object anchor = (flags & Slot.ANCHORED) == 0 ? UNWATCHED : anchor(slot, tick);
        try {
            if (lease != null) {
                lease.anchor = anchor;
            }
            if (mode == Slot.LEASED) {
                return; // nothing is tracked
            }
            if (slot.owner != thread) {
                slot.ownerId = thread.getId();
                slot.owner = VirtualThreads.isVirtual(thread) ? null : thread;
            }
            slot.sinceTick = tick;
            if (--slot.unsampled < 0) {
                slot.site = books().sample();
                slot.unsampled = books().pause();
            } else if (slot.site != common) {
                slot.site = common;
            }
            if ((flags & Slot.DETAILED) != 0) {
                slot.detail = detail(slot, lease);
            }
            slot.setDescribedRelease(Slot.stampOf(slot.statePlain()));
        } finally {
            Reference.reachabilityFence(anchor); // it must live until the scan can see whose it is
        }
    }

    /** A new pair at most once a tick, so that a lease begins with a young one, which young collections find. */
    private Object anchor(Slot slot, int tick) {
        Slot.AnchorReference reference = slot.reference;
        if (reference != null && reference.madeTick == tick) {
            Object anchor = reference.get();
            if (anchor != null) {
                return anchor;
            }
        }
        Object fresh = new Object();
        slot.reference = new Slot.AnchorReference(fresh, slot, dropped, tick);
        return fresh;
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
        Object object = lent(slot);
        return slot.wasReadUnder(stamp) ? mine(object) : null;
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
            books().returnedLate(LeakScan.siteOf(slot, core), slot.sinceTick, slot.owner);
        }
        Slot.Detail detail = slot.detail;
        if ((before & Slot.DETAILED) != 0 && detail != null) {
            slot.detail = null;
            detail.guard().close();
        }
    }
}
