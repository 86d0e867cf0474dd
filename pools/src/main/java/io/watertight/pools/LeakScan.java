package io.watertight.pools;

import io.watertight.guards.Evidence;
import io.watertight.guards.Outstanding;
import io.watertight.guards.Site;
import io.watertight.guards.internal.CoarseClock;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds leases that were dropped, that are held too long, and whose owner has died; and lists who holds what. */
final class LeakScan {
    private static final int LOOKS = 3;
    private static final int SWEEP_TICKS = 10;

    private final PoolCore<?> core;
    /** Racy: two sweeps may be made where one is due. */
    private volatile int sweptAt;

    LeakScan(PoolCore<?> core) {
        this.core = core;
    }

    /** May run on two threads at once: a lease ends, and gets each flag, by a CAS. */
    void run(boolean everything) {
        for (Reference<?> reference = core.tracking.dropped.poll();
                reference != null;
                reference = core.tracking.dropped.poll()) {
            collected((Slot.AnchorReference) reference);
        }
        if (core.books.pause() == 0) {
            sampleAll();
        }
        int now = core.clock.tick();
        if (everything || now - sweptAt >= SWEEP_TICKS) {
            sweptAt = now;
            for (Slot slot : core.table.slotsAcquire()) {
                inspect(slot, now);
            }
        }
    }

    /** While a leak is looked for, every acquisition is sampled. */
    void sampleAll() {
        for (Slot slot : core.table.slotsAcquire()) {
            slot.sampleSoon(); // Racy: see Slot; the next step tries again
        }
    }

    /** An anchor is gone: of a lease that was dropped, or of a slot that was idle. */
    private void collected(Slot.AnchorReference reference) {
        Slot slot = reference.slot;
        long state = slot.stateVolatile();
        int stamp = Slot.stampOf(state);
        long description = slot.descriptionAcquire();
        if (Slot.tagOf(state) != Slot.LEASED
                || (state & Slot.ANCHORED) == 0
                || !Slot.isOf(description, stamp)
                || slot.reference != reference) {
            return;
        }
        long before = core.leaveLease(slot, stamp);
        if (before == -1) {
            return; // its close was under way
        }
        core.counters.leaked.incrementAndGet();
        try {
            if ((before & Slot.DETAILED) == 0) { // else its guard is found, and reported
                core.books.found(Evidence.GC_PROVEN, siteOf(slot, core), Slot.sinceTick(description), slot.owner);
            }
        } finally {
            slot.detail = null;
            slot.reference = null;
            if (core.settings.leakPolicy == LeakPolicy.DESTROY) {
                core.giveOn(slot, DestroyReason.LEAKED);
            } else {
                core.dispatcher.retireLeaked(slot);
            }
        }
    }

    private void inspect(Slot slot, int now) {
        long state = slot.stateVolatile();
        long description = slot.descriptionAcquire();
        if (Slot.tagOf(state) != Slot.LEASED || !Slot.isOf(description, Slot.stampOf(state))) {
            return;
        }
        int since = Slot.sinceTick(description);
        Thread owner = slot.owner;
        Site site = siteOf(slot, core);
        long generation = Slot.generationOf(state);
        // The flag is set by a CAS on this generation: so what was read above belongs to it.
        if (now - since > core.settings.overdueAfterTicks && slot.flagLease(generation, Slot.OVERDUE)) {
            core.counters.overdue.incrementAndGet();
            core.books.found(Evidence.OVERDUE, site, since, owner);
        }
        if (owner != null && owner.getState() == Thread.State.TERMINATED && (state & Slot.DETAILED) == 0) {
            ownerDied(slot, generation, owner, site, since);
        }
    }

    private void ownerDied(Slot slot, long generation, Thread dead, Site site, int since) {
        boolean accused;
        core.enter();
        try {
            // A hand-over takes the lock: what was handed over before its owner died has another owner by now.
            if (!core.dispatcher.lockLease(slot, generation) || slot.owner != dead) {
                return;
            }
            accused = slot.flagLease(generation, Slot.ACCUSED);
            slot.owner = null;
            slot.ownerId = 0;
        } finally {
            core.lock.unlock();
        }
        if (accused) {
            core.books.found(Evidence.OWNER_DEAD, site, since, dead);
        }
    }

    /** Where the present lease of a slot was acquired, as far as known. */
    static Site siteOf(@Nullable Slot slot, PoolCore<?> core) {
        Site site = slot == null ? null : slot.site;
        return site == null ? core.books.common() : site;
    }

    /** Who holds what now, the oldest first. */
    List<PoolHolder> holders() {
        int now = core.clock.tick();
        List<PoolHolder> holders = new ArrayList<>();
        for (Slot slot : core.table.slotsAcquire()) {
            PoolHolder holder = holder(slot, now);
            if (holder != null) {
                holders.add(holder);
            }
        }
        holders.sort((one, other) -> other.held().compareTo(one.held()));
        return holders;
    }

    private @Nullable PoolHolder holder(Slot slot, int now) {
        for (int look = 0; look < LOOKS; look++) {
            long state = slot.stateVolatile();
            if (Slot.tagOf(state) != Slot.LEASED) {
                return null;
            }
            long description = slot.descriptionAcquire();
            if (!Slot.isOf(description, Slot.stampOf(state))) {
                continue; // it is being described
            }
            Thread owner = slot.owner;
            long ownerId = slot.ownerId;
            Site site = siteOf(slot, core);
            int since = Slot.sinceTick(description);
            long again = slot.stateVolatile();
            if (Slot.tagOf(again) == Slot.LEASED && Slot.generationOf(again) == Slot.generationOf(state)) {
                return new PoolHolder(
                        slot.index,
                        Duration.ofNanos(CoarseClock.toNanos(Math.max(0, now - since))),
                        nameOf(owner, ownerId),
                        ownerId,
                        site.label(),
                        (again & Slot.OVERDUE) != 0);
            }
        }
        return new PoolHolder(
                slot.index, Duration.ZERO, "(unknown)", 0, siteOf(null, core).label(), false);
    }

    private static String nameOf(@Nullable Thread owner, long ownerId) {
        if (owner != null) {
            return owner.getName();
        }
        return ownerId == 0 ? "(nobody: handed over, or its owner has died)" : "virtual thread #" + ownerId;
    }

    List<Outstanding.Entry> outstanding() {
        Map<String, List<PoolHolder>> bySite = new HashMap<>();
        for (Slot slot : core.table.slotsAcquire()) {
            if ((slot.stateVolatile() & Slot.DETAILED) == 0) { // else its guard is listed
                PoolHolder holder = holder(slot, core.clock.tick());
                if (holder != null) {
                    bySite.computeIfAbsent(holder.site(), site -> new ArrayList<>())
                            .add(holder);
                }
            }
        }
        List<Outstanding.Entry> entries = new ArrayList<>();
        bySite.forEach((site, holders) -> entries.add(new Outstanding.Entry(
                core.settings.name,
                site,
                holders.size(),
                0,
                holders.stream().map(PoolHolder::held).max(Duration::compareTo).orElse(Duration.ZERO),
                holders.stream().filter(PoolHolder::overdue).count())));
        return entries;
    }
}
