package io.watertight.pools;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Books with a clock that is set by hand, and that make no steps of their own. */
final class FakeBooks extends Books {
    private final LeakDetector detector;
    private final CoarseClock clock = new CoarseClock(this::nanos);
    private long now;
    boolean closed;

    FakeBooks(LeakDetector detector) {
        this.detector = detector;
    }

    private long nanos() {
        return now;
    }

    void advance(Duration time) {
        now += time.toNanos();
        clock.refresh();
    }

    @Override
    public LeakDetector detector() {
        return detector;
    }

    @Override
    public boolean isPlain() {
        return true;
    }

    @Override
    public TrackingLevel level() {
        return TrackingLevel.TRACK;
    }

    @Override
    public boolean isOff() {
        return false;
    }

    @Override
    public Site sample() {
        return common();
    }

    @Override
    public int pause() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Site common() {
        return detector.sites().get(0);
    }

    @Override
    public CoarseClock clock() {
        return clock;
    }

    @Override
    public Ticker ticker() {
        return this::nanos;
    }

    @Override
    public void found(Evidence evidence, Site site, int sinceTick, @Nullable Thread owner) {
        throw new AssertionError("nothing is found here");
    }

    @Override
    public void returnedLate(Site site, int sinceTick, @Nullable Thread owner) {
        throw new AssertionError("nothing is late here");
    }

    @Override
    public void closeFailed(Site site, Throwable cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void failed(String what, Throwable failure) {
        throw new AssertionError(what, failure);
    }

    @Override
    public void close() {
        closed = true;
    }
}
