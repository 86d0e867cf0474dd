package io.watertight.concurrency;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.Ticker;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Books without threads: time passes and steps are made when a test says so, and findings are kept. */
final class ManualBooks extends Books {
    final ManualTicker ticker = new ManualTicker();
    private final CoarseClock clock = new CoarseClock(ticker);
    private final LeakDetector detector = LeakDetector.of("manual books");
    private final Site common = detector.site("common");
    private final Site sampled = detector.site("sampled");
    private final Keeper keeper;
    private final List<String> findings = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    int pause = Integer.MAX_VALUE;
    private boolean off;
    private boolean closed;

    ManualBooks(Keeper keeper) {
        this.keeper = keeper;
    }

    /** Lets time pass, and then makes a whole step. */
    void pass(Duration time) {
        ticker.advance(time);
        clock.refresh();
        keeper.step(true);
    }

    /** Lets time pass, and then makes a step as the library does by itself. */
    void passInSteps(Duration time) {
        ticker.advance(time);
        clock.refresh();
        keeper.step(false);
    }

    void off(boolean now) {
        off = now;
        keeper.trackingChanged();
    }

    synchronized List<String> findings() {
        return List.copyOf(findings);
    }

    synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public LeakDetector detector() {
        return detector;
    }

    @Override
    public boolean isPlain() {
        return !off;
    }

    @Override
    public boolean isOff() {
        return off;
    }

    @Override
    public TrackingLevel level() {
        return off ? TrackingLevel.OFF : TrackingLevel.TRACK;
    }

    @Override
    public Site sample() {
        return sampled;
    }

    @Override
    public int pause() {
        return pause;
    }

    @Override
    public Site common() {
        return common;
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
    public synchronized void found(Evidence evidence, Site site, int sinceTick, @Nullable Thread owner) {
        findings.add(evidence + " since " + sinceTick + " by " + (owner == null ? "nobody" : owner.getName()));
    }

    @Override
    public synchronized void returnedLate(Site site, int sinceTick, @Nullable Thread owner) {
        findings.add("LATE since " + sinceTick);
    }

    @Override
    public synchronized void closeFailed(Site site, Throwable cause) {
        findings.add("CLOSE_FAILED " + cause.getMessage());
    }

    @Override
    public synchronized void failed(String what, Throwable failure) {
        failures.add(failure);
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
