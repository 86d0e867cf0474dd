package io.watertight.examples;

import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetectorBuilder;
import io.watertight.guards.Site;
import io.watertight.guards.TrackingLevel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;

/** One object given back to its pool more than once, so that two users get it at the same time. */
final class DoubleCloseWard implements Ward {
    private static final int REDUNDANT_CLOSES = 3;

    @Override
    public String pattern() {
        return "double close of a pooled handle";
    }

    @Override
    public String story() {
        return "A buffer is given back to a pool again and again, and two users then write into the same one.";
    }

    @Override
    public String type() {
        return "pooled buffer";
    }

    @Override
    public String evidence() {
        return Finding.REFUSED;
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.level(TrackingLevel.STRICT);
    }

    /** Every close but the first must have been refused and counted. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.count() == REDUNDANT_CLOSES && finding.words().contains("was closed before");
    }

    /** As simple as pools come. */
    private static final class Pool {
        private final ArrayDeque<StringBuilder> idle = new ArrayDeque<>();

        StringBuilder take() {
            return idle.isEmpty() ? new StringBuilder() : idle.pop();
        }

        void giveBack(StringBuilder buffer) {
            idle.push(buffer);
        }
    }

    @Override
    public void leak(Room room) {
        Pool plain = new Pool();
        StringBuilder buffer = plain.take();
        plain.giveBack(buffer);
        plain.giveBack(buffer);
        see(room, "without a guard", plain);
        closeAgainAndAgain(room, new Pool());
    }

    @SuppressWarnings("MustBeClosedChecker") // closed, and more than once
    private static void closeAgainAndAgain(Room room, Pool pool) {
        Guard<StringBuilder> handle = room.here().open(pool.take(), pool::giveBack);
        Site site = Objects.requireNonNull(handle.site());
        handle.close();
        for (int i = 0; i < REDUNDANT_CLOSES; i++) {
            try {
                handle.close();
            } catch (IllegalStateException refusal) {
                boolean last = i == REDUNDANT_CLOSES - 1;
                if (last) {
                    room.refused(site.stats().redundantCloses(), refusal);
                }
            }
        }
    }

    @Override
    public void fix(Room room) {
        Pool pool = new Pool();
        try (Guard<StringBuilder> handle = room.here().open(pool.take(), pool::giveBack)) {
            handle.get().setLength(0);
        }
        see(room, "with one close", pool);
    }

    private static void see(Room room, String how, Pool pool) {
        StringBuilder first = pool.take();
        boolean same = first == pool.take();
        room.see(same, how + ", two users get " + (same ? "the same buffer" : "a buffer each"));
    }
}
