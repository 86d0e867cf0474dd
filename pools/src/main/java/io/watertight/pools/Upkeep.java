package io.watertight.pools;

import io.watertight.guards.Site;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what is too old, too long idle or too large, has the rest checked, and looks at what comes back. */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final int SWEEP_TICKS = 10;
    /** One idle object of so many may be checked at a time. */
    private static final int CHECKED_AT_ONCE = 8;

    private final PoolCore<?> core;
    private final PoolSettings<?> settings;
    final AtomicLong dirtyReturns = new AtomicLong();
    private int sweptAt;
    /** Objects beyond the prefill, in the sweep that is under way; guarded by the core lock. */
    private int spare;
    /** Objects that may still be taken to be checked, in that sweep; guarded by the core lock. */
    private int checks;
    /** Where the next sweep begins, and whether the last one left some that are due; guarded by the core lock. */
    private int nextCheck;

    private boolean checksAreLeft;

    Upkeep(PoolCore<?> core) {
        this.core = core;
        this.settings = core.settings;
    }

    /** Under the core lock: an object has come into a slot. */
    void born(Slot slot) {
        int now = core.clock.tick();
        slot.checkedTick = now;
        slot.seenTick = now;
        slot.seenGeneration = Slot.generationOf(slot.statePlain());
        int lifetime = settings.maxLifetimeTicks;
        int shortened = lifetime == Integer.MAX_VALUE
                ? 0
                : (int) (lifetime
                        * settings.lifetimeSpread
                        * ThreadLocalRandom.current().nextDouble());
        slot.expiresAt = now + Math.min(lifetime - shortened, Integer.MAX_VALUE / 2);
    }

    void run(boolean everything) {
        core.workers.step();
        int now = core.clock.tick();
        core.enter();
        try {
            if (everything || checksAreLeft || now - sweptAt >= SWEEP_TICKS) {
                sweptAt = now;
                sweep(now, everything);
            }
        } finally {
            core.dispatcher.leave();
        }
    }

    private void sweep(int now, boolean everything) {
        checks = everything ? Integer.MAX_VALUE : checksAtOnce() - core.table.count(Slot.CHECKING);
        checksAreLeft = false;
        spare = core.dispatcher.alive() - core.dispatcher.ending() - settings.prefill;
        Slot[] slots = core.table.slotsAcquire();
        int first = nextCheck; // so that each gets its turn, however short the interval
        for (int i = 0; i < slots.length; i++) {
            inspect(slots[(first + i) % slots.length], now);
        }
    }

    /** The others can be acquired meanwhile. */
    private int checksAtOnce() {
        return Math.max(settings.concurrentCalls, core.dispatcher.target() / CHECKED_AT_ONCE);
    }

    private void inspect(Slot slot, int now) {
        long state = slot.stateVolatile();
        long generation = Slot.generationOf(state);
        if (Slot.tagOf(state) == Slot.LEASED) {
            if (isExpired(slot, now) && core.dispatcher.lockLease(slot, generation) && slot.retirement == null) {
                slot.retirement = new Slot.Retirement(always -> true, DestroyReason.EXPIRED);
            }
            return;
        }
        if (Slot.tagOf(state) != Slot.FREE) {
            return;
        }
        if (slot.seenGeneration != generation) {
            slot.seenGeneration = generation;
            slot.seenTick = now;
        }
        DestroyReason reason = reasonToGo(slot, now);
        if (reason != null) {
            if (SlotTable.tryClaim(slot, Slot.DESTROYING)) {
                spare--;
                core.dispatcher.destroy(slot, reason);
            }
        } else if (now - slot.checkedTick >= settings.validateEveryTicks) {
            if (checks <= 0) {
                checksAreLeft = true;
            } else if (SlotTable.tryClaim(slot, Slot.CHECKING)) {
                checks--;
                nextCheck = slot.index + 1;
                slot.checkedTick = now;
                core.dispatcher.validate(slot);
            }
        } else {
            forgetDeadOwner(slot);
        }
    }

    private @Nullable DestroyReason reasonToGo(Slot slot, int now) {
        if (isExpired(slot, now)) {
            return DestroyReason.EXPIRED;
        }
        return spare > 0 && now - slot.seenTick >= settings.maxIdleTicks ? DestroyReason.IDLE : null;
    }

    private boolean isExpired(Slot slot, int now) {
        return settings.maxLifetimeTicks != Integer.MAX_VALUE && now - slot.expiresAt >= 0;
    }

    /** The last owner of an idle object must not be kept once it has ended. */
    private void forgetDeadOwner(Slot slot) {
        Thread owner = slot.owner; // Racy: only to see whether it is worth taking the slot
        if (owner != null && owner.getState() == Thread.State.TERMINATED && SlotTable.tryClaim(slot, Slot.CHECKING)) {
            slot.owner = null;
            slot.ownerId = 0;
            core.dispatcher.place(slot, null);
        }
    }

    /** Looks at an object that came back, for the thread that owns its slot; runs the code of users. Never throws. */
    @Nullable
    DestroyReason inspect(Slot slot, long before) {
        Object object = slot.object;
        if (object == null) {
            return DestroyReason.INVALID;
        }
        try {
            Slot.Retirement retirement = (before & Slot.LOCKED) == 0 ? null : takeRetirement(slot);
            if (retirement != null && retirement.test().test(object)) {
                return retirement.reason();
            }
            if (settings.dirty != null && settings.dirty.test(object)) {
                reportDirty(slot);
                if (settings.dirtyPolicy == DirtyPolicy.DESTROY) {
                    return DestroyReason.DIRTY;
                }
            }
            if (settings.reset != null) {
                settings.reset.reset(object);
            }
            if (settings.cost != null && settings.cost.applyAsLong(object) > settings.maxRetainedCost) {
                return DestroyReason.TOO_LARGE;
            }
            return null;
        } catch (Throwable failure) {
            core.books.closeFailed(LeakScan.siteOf(slot, core), failure);
            return DestroyReason.INVALID;
        }
    }

    /** Tests idle objects now, and marks leased ones to be tested on their return. */
    @SuppressWarnings("unchecked") // only objects of this pool are tested
    int evict(Predicate<?> test) {
        Predicate<Object> chosen = (Predicate<Object>) test;
        int evicted = 0;
        for (Slot slot : core.table.slotsAcquire()) {
            if (SlotTable.tryClaim(slot, Slot.CHECKING)) {
                DestroyReason reason = null;
                try {
                    reason = chosen.test(slot.object) ? DestroyReason.EVICTED : null;
                } finally {
                    core.giveOn(slot, reason);
                }
                evicted += reason == null ? 0 : 1;
            } else {
                evictOnReturn(slot, chosen);
            }
        }
        return evicted;
    }

    private void evictOnReturn(Slot slot, Predicate<Object> test) {
        core.enter();
        try {
            if (core.dispatcher.lockLease(slot, Slot.generationOf(slot.stateVolatile()))) {
                Slot.Retirement before = slot.retirement;
                Predicate<Object> either = before == null ? test : before.test().or(test);
                slot.retirement = new Slot.Retirement(either, DestroyReason.EVICTED);
            }
        } finally {
            core.lock.unlock();
        }
    }

    private Slot.@Nullable Retirement takeRetirement(Slot slot) {
        core.enter();
        try {
            Slot.Retirement retirement = slot.retirement;
            slot.retirement = null;
            return retirement;
        } finally {
            core.lock.unlock();
        }
    }

    /** In the log at the first, second, fourth, eighth... time. */
    private void reportDirty(Slot slot) {
        long count = dirtyReturns.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            Site site = LeakScan.siteOf(slot, core);
            LOG.warn(
                    "pool '{}': an object came back dirty (dirty returns={}); acquired at {}",
                    settings.name,
                    count,
                    site.label());
        }
    }
}
