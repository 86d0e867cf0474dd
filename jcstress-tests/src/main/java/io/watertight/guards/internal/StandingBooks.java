package io.watertight.guards.internal;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import org.jspecify.annotations.Nullable;

/**
 * Books for proofs: their time stands until it is moved, and what is reported is a failure of the proof, unless that overrides
 * the method and counts it.
 */
public abstract class StandingBooks extends Books {
    private final LeakDetector detector;
    private final Site site;
    private volatile long now;
    private final CoarseClock clock = new CoarseClock(this::now);

    /**
     * Makes books.
     *
     * @param detector whose they are
     * @param site where everything is acquired
     */
    protected StandingBooks(LeakDetector detector, Site site) {
        this.detector = detector;
        this.site = site;
    }

    /**
     * Passes for {@link Books#open}.
     *
     * @param type is ignored
     * @param keeper is ignored: no step is made by itself
     * @return these books
     */
    public final Books opened(String type, Keeper keeper) {
        return this;
    }

    /**
     * Moves the time.
     *
     * @param ticks by how much
     */
    public final void advance(int ticks) {
        now += ticks * CoarseClock.TICK_NANOS;
        clock.refresh();
    }

    private long now() {
        return now;
    }

    @Override
    public final LeakDetector detector() {
        return detector;
    }

    @Override
    public final boolean isPlain() {
        return true;
    }

    @Override
    public final TrackingLevel level() {
        return TrackingLevel.COUNT;
    }

    @Override
    public final boolean isOff() {
        return false;
    }

    @Override
    public Site sample() {
        return site;
    }

    @Override
    public final int pause() {
        return 0;
    }

    @Override
    public final Site common() {
        return site;
    }

    @Override
    public final CoarseClock clock() {
        return clock;
    }

    @Override
    public final Ticker ticker() {
        return this::now;
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
    public final void closeFailed(Site at, Throwable cause) {
        throw new AssertionError(cause);
    }

    @Override
    public void failed(String what, Throwable failure) {
        throw new AssertionError(what, failure);
    }

    @Override
    public void close() {
        // There is nothing to be let go of.
    }
}
