package io.watertight.caches;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Books without threads, on which no scope of the leak check makes leases slower: time passes when a test says so. */
final class PlainBooks extends Books {
    final ManualTicker ticker = new ManualTicker();
    final List<String> findings = new CopyOnWriteArrayList<>();
    private final CoarseClock clock = new CoarseClock(ticker);
    private final LeakDetector detector;
    private final int pause;
    private volatile boolean closed;
    private @Nullable Keeper keeper;

    PlainBooks(LeakDetector detector, int pause) {
        this.detector = detector;
        this.pause = pause;
    }

    Books opened(String type, Keeper opener) {
        keeper = opener;
        return this;
    }

    /** Lets time pass, and then makes a whole step. */
    void pass(Duration time) {
        ticker.advance(time);
        clock.refresh();
        Objects.requireNonNull(keeper).step(true);
    }

    boolean isClosed() {
        return closed;
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
        return detector.site("sampled");
    }

    @Override
    public int pause() {
        return pause;
    }

    @Override
    public Site common() {
        return detector.site("common");
    }

    @Override
    public CoarseClock clock() {
        return clock;
    }

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public void found(Evidence evidence, Site site, int sinceTick, @Nullable Thread owner) {
        findings.add(evidence + " at " + site.label());
    }

    @Override
    public void returnedLate(Site site, int sinceTick, @Nullable Thread owner) {
        findings.add("LATE at " + site.label());
    }

    @Override
    public void closeFailed(Site site, Throwable cause) {
        findings.add("CLOSE_FAILED " + cause.getMessage());
    }

    @Override
    public void failed(String what, Throwable failure) {
        findings.add(what + ": " + failure);
    }

    @Override
    public void close() {
        closed = true;
    }
}
