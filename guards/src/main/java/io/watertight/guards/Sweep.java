package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;

/**
 * Walks all open records for those that are held too long or whose owner has died, and tidies the tables. Its caller
 * holds the step lock.
 *
 * <p>It costs time in proportion to what is open, so it paces itself: after a sweep that took t it rests for 200 t, and
 * at least a second, which keeps it below half a percent of a core.
 */
final class Sweep {
    private static final int SHORTEST_REST_TICKS = 10;
    private static final int REST_FACTOR = 200;

    private final LeakRegistry registry;
    private int dueAt;

    Sweep(LeakRegistry registry) {
        this.registry = registry;
    }

    boolean isDue() {
        return registry.clock.tick() - dueAt >= 0;
    }

    void run() {
        long start = registry.ticker.nanos();
        for (LeakDetector detector : registry.detectors()) {
            int now = registry.clock.tick();
            int allowed = detector.overdueAfterTicks();
            detector.forEachSite(site -> {
                site.table().forEach(record -> inspect(record, site, now, allowed));
                site.table().trim();
            });
        }
        long took = registry.ticker.nanos() - start;
        long rest = Math.max(SHORTEST_REST_TICKS, REST_FACTOR * took / CoarseClock.TICK_NANOS);
        dueAt = registry.clock.tick() + (int) Math.min(rest, Integer.MAX_VALUE / 2);
    }

    private static void inspect(LeakRecord record, Site site, int now, int allowed) {
        int word = record.wordVolatile();
        if (LeakRecord.stateOf(word) != LeakRecord.OPEN) {
            return;
        }
        boolean permanent = (word & LeakRecord.PERMANENT) != 0;
        if (!permanent && now - record.openedTick() > allowed && record.flagWhileOpen(LeakRecord.OVERDUE)) {
            site.overdue(record);
        }
        Thread owner = record.ownerVolatile();
        if (owner != null && owner.getState() == Thread.State.TERMINATED) {
            ownerDied(record, site, owner, permanent);
        }
    }

    private static void ownerDied(LeakRecord record, Site site, Thread owner, boolean permanent) {
        // Read again after the death: a hand-over by the owner happens before its death, and is seen now.
        if (record.ownerVolatile() != owner) {
            return;
        }
        if (!permanent && record.flagWhileOpen(LeakRecord.ACCUSED)) {
            site.ownerDead(record);
        } else {
            // Reported by an earlier sweep, or not to be reported: let the dead thread go, and its class loader with
            // it.
            record.forgetOwner(owner);
        }
    }
}
