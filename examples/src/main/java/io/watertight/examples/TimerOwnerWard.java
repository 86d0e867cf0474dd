package io.watertight.examples;

import io.watertight.concurrency.Timers;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A timer that refreshes a cache, and keeps it when nobody else does. */
final class TimerOwnerWard implements Ward {
    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final int SIZE = 1 << 20;

    @Override
    public String pattern() {
        return "timer keeps its owner";
    }

    @Override
    public String story() {
        return "A cache of 1 MiB sets a timer that refreshes it, and is thrown away.";
    }

    @Override
    public String type() {
        return "refreshed cache";
    }

    @Override
    public String evidence() {
        return Finding.REFUSED;
    }

    /** The exception must say what holds what. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.words().contains("holds the owner in field");
    }

    /** What the timer refreshes. */
    private static final class Cache {
        private final byte[] content = new byte[SIZE];
        private final AtomicInteger refreshes;

        Cache(AtomicInteger refreshes) {
            this.refreshes = refreshes;
        }

        void refresh() {
            content[0]++;
            refreshes.incrementAndGet();
        }
    }

    @Override
    public void leak(Room room) {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        room.afterwards(scheduler::shutdownNow);
        AtomicInteger refreshes = new AtomicInteger();
        WeakReference<Cache> cache = refreshAndDrop(scheduler, refreshes);
        Patience.collect();
        boolean goesOn = goesOn(refreshes);
        room.see(
                !cache.refersTo(null) && goesOn,
                "a scheduler of the JDK: dropped and collected for, the cache is still there and refreshed");

        try (Timers timers = Timers.builder("clinic").maxPending(1).build()) {
            refuse(room, timers);
            room.see(timers.stats().pending() == 0, "timers that end with their owner refuse such an action");
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // dropped, too
    private static WeakReference<Cache> refreshAndDrop(ScheduledThreadPoolExecutor scheduler, AtomicInteger refreshes) {
        Cache cache = new Cache(refreshes);
        scheduler.scheduleAtFixedRate(cache::refresh, 0, PERIOD.toNanos(), TimeUnit.NANOSECONDS);
        return new WeakReference<>(cache);
    }

    private static void refuse(Room room, Timers timers) {
        Cache cache = new Cache(new AtomicInteger());
        try {
            room.here(timers).every(cache, PERIOD, same -> cache.refresh());
        } catch (IllegalArgumentException refused) {
            room.refused(1, refused);
        }
    }

    @Override
    public void fix(Room room) {
        try (Timers timers = Timers.builder("clinic").maxPending(1).build()) {
            AtomicInteger refreshes = new AtomicInteger();
            WeakReference<Cache> cache = refreshAndDropOurs(timers, refreshes);
            boolean gone = Patience.until(
                    () -> (cache.refersTo(null) && timers.stats().pending() == 0) || Patience.collectOnce(),
                    Patience.LONG);
            room.see(
                    !gone || refreshes.get() == 0,
                    "refreshed " + (refreshes.get() > 0 ? "while it was used" : "never")
                            + "; then the cache is collected, and timers pending: "
                            + timers.stats().pending());
        }
    }

    private static WeakReference<Cache> refreshAndDropOurs(Timers timers, AtomicInteger refreshes) {
        Cache cache = new Cache(refreshes);
        timers.every(cache, PERIOD, Cache::refresh);
        goesOn(refreshes);
        return new WeakReference<>(cache);
    }

    /** Waits for two more refreshes, of which the first may have begun before. */
    private static boolean goesOn(AtomicInteger refreshes) {
        int before = refreshes.get();
        return Patience.until(() -> refreshes.get() >= before + 2, Patience.LONG);
    }
}
