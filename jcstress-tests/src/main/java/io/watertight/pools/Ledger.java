package io.watertight.pools;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Books that count what is reported, and whose time stands until a test moves it. */
final class Ledger extends Books {
    private static final LeakDetector DETECTOR = LeakDetector.of("jcstress pool");
    static final Site SITE = DETECTOR.site("jcstress");
    static final Site OTHER_SITE = DETECTOR.site("other");

    private volatile long now;
    private final CoarseClock clock = new CoarseClock(this::now);
    /** Where the next lease is acquired. */
    volatile Site site = SITE;

    final AtomicInteger leaks = new AtomicInteger();
    final AtomicInteger overdue = new AtomicInteger();
    final AtomicInteger accusations = new AtomicInteger();
    final AtomicInteger late = new AtomicInteger();
    /** Where the last lease that was found overdue was acquired. */
    volatile @Nullable Site overdueAt;

    private long now() {
        return now;
    }

    Books opened(String type, Keeper keeper) {
        return this;
    }

    void advance(int ticks) {
        now += ticks * CoarseClock.TICK_NANOS;
        clock.refresh();
    }

    @Override
    public LeakDetector detector() {
        return DETECTOR;
    }

    @Override
    public boolean isPlain() {
        return true;
    }

    @Override
    public TrackingLevel level() {
        return TrackingLevel.COUNT;
    }

    @Override
    public boolean isOff() {
        return false;
    }

    @Override
    public Site sample() {
        return site;
    }

    @Override
    public int pause() {
        return 0;
    }

    @Override
    public Site common() {
        return SITE;
    }

    @Override
    public CoarseClock clock() {
        return clock;
    }

    @Override
    public Ticker ticker() {
        return this::now;
    }

    @Override
    public void found(Evidence evidence, Site at, int sinceTick, @Nullable Thread owner) {
        if (evidence == Evidence.OVERDUE) {
            overdueAt = at;
        }
        (switch (evidence) {
                    case OVERDUE -> overdue;
                    case OWNER_DEAD -> accusations;
                    default -> leaks;
                })
                .incrementAndGet();
    }

    @Override
    public void returnedLate(Site at, int sinceTick, @Nullable Thread owner) {
        late.incrementAndGet();
    }

    @Override
    public void closeFailed(Site at, Throwable cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void failed(String what, Throwable failure) {
        throw new AssertionError(what, failure);
    }

    @Override
    public void close() {
        // Nothing to be let go of.
    }
}
