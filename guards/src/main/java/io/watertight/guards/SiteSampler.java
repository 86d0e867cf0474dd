package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides which acquisitions of a type, among those that name no site, are worth walking the stack for. */
final class SiteSampler {
    /*
     * The first KEYED_AT_START acquisitions are keyed. Then one in `interval`, a power of two that doubles when the capture
     * budget runs low and halves when it is full. A leak signal opens a window in which every acquisition is keyed as far
     * as the budget goes.
     *
     * Racy: countdown[] is decremented without atomics. Two threads of one stripe may count one step once, or see a window
     * opened one acquisition late; the rate stays within a factor of two.
     */
    static final int KEYED_AT_START = 1_024;
    private static final int LARGEST_INTERVAL = 1 << 16;
    private static final int WINDOW_TICKS = CoarseClock.toTicks(Duration.ofMinutes(10));
    /** Counters are this many ints apart, so that stripes do not share a cache line. */
    private static final int PADDING_SHIFT = 4;

    private static final int NO_STRIPE = -1;

    private final LeakDetector detector;
    private final LeakRegistry registry;
    private final Site common;
    private final AtomicInteger keyedAtStart = new AtomicInteger();
    private final int[] countdown = new int[RecordTable.STRIPES << PADDING_SHIFT];
    private volatile int interval = 1;
    /** Racy: two threads may shrink in one tick. */
    private volatile int shrunkAt;

    private volatile boolean window;
    private volatile int windowEnd;

    SiteSampler(LeakDetector detector, Site common) {
        this.detector = detector;
        this.registry = detector.registry();
        this.common = common;
    }

    /** The site the calling thread's acquisition is counted at: its own, or the common one. */
    Site site() {
        int index = RecordTable.stripeOf(Thread.currentThread()) << PADDING_SHIFT;
        int left = countdown[index];
        // A capture that began before the window opened may leave a countdown behind: the window wins over it.
        if (left > 0 && !window) {
            countdown[index] = left - 1;
            return common;
        }
        return sample(index);
    }

    /** {@link #site()} for a caller that counts down by itself, from {@link #pause()}. */
    Site sampleNow() {
        return sample(NO_STRIPE);
    }

    /** How many acquisitions to count at the common site before the next one is sampled. */
    int pause() {
        return window || keyedAtStart.get() < KEYED_AT_START ? 0 : interval - 1;
    }

    private Site sample(int index) {
        if (!detector.attributesLine()) {
            return common;
        }
        boolean atStart = keyedAtStart.get() < KEYED_AT_START && keyedAtStart.incrementAndGet() <= KEYED_AT_START;
        boolean always = atStart || detector.isFull();
        boolean inWindow = isWindowOpen();
        CaptureBudget budget = registry.captureBudget;
        if (!always && !budget.allows()) {
            if (!inWindow) {
                interval = Math.min(LARGEST_INTERVAL, 2 * interval);
                countDown(index);
            }
            return common;
        }
        long start = registry.ticker.nanos();
        Site site = keyed();
        budget.spend(registry.ticker.nanos() - start);
        if (!always && !inWindow) {
            shrink(budget);
            countDown(index);
        }
        return site;
    }

    private void countDown(int index) {
        if (index != NO_STRIPE) {
            countdown[index] = interval - 1;
        }
    }

    /** At most once a tick, so that a full bucket is spent over seconds and not in one burst. */
    private void shrink(CaptureBudget budget) {
        int now = registry.clock.tick();
        if (now != shrunkAt && budget.isFull()) {
            shrunkAt = now;
            interval = Math.max(1, interval / 2);
        }
    }

    private Site keyed() {
        List<StackTraceElement> key = StackCapture.key();
        return detector.site(key, () -> new Site(detector, StackCapture.label(key), true, List.of()));
    }

    /** Opens, or extends, the window in which every acquisition is keyed. */
    void signal() {
        windowEnd = registry.clock.tick() + WINDOW_TICKS;
        window = true;
        Arrays.fill(countdown, 0);
    }

    boolean isWindowOpen() {
        if (window && registry.clock.tick() - windowEnd > 0) {
            window = false;
        }
        return window;
    }

    /** One acquisition in this many is keyed. */
    int interval() {
        return isWindowOpen() ? 1 : interval;
    }
}
