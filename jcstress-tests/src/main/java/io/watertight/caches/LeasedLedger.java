package io.watertight.caches;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Books whose time stands, and that track nothing. */
final class LeasedLedger extends Books {
    private static final LeakDetector DETECTOR = LeakDetector.of("jcstress cache");
    private static final Site SITE = DETECTOR.site("jcstress");
    private static final Ticker TICKER = () -> 0;

    private final CoarseClock clock = new CoarseClock(TICKER);
    final AtomicInteger closes = new AtomicInteger();

    Books opened(String type, Keeper keeper) {
        return this;
    }

    @Override
    public LeakDetector detector() {
        return DETECTOR;
    }

    @Override
    public boolean isPlain() {
        return false;
    }

    @Override
    public TrackingLevel level() {
        return TrackingLevel.COUNT;
    }

    @Override
    public boolean isOff() {
        return true;
    }

    @Override
    public Site sample() {
        return SITE;
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
        return TICKER;
    }

    @Override
    public void found(Evidence evidence, Site at, int sinceTick, @Nullable Thread owner) {
        throw new AssertionError(evidence);
    }

    @Override
    public void returnedLate(Site at, int sinceTick, @Nullable Thread owner) {
        throw new AssertionError(at);
    }

    @Override
    public void closeFailed(Site at, Throwable cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void failed(String what, Throwable failure) {
        // A thread could not be started: that is what some tests are about.
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
