package io.watertight.guards;

import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import org.jspecify.annotations.Nullable;

/** The books of one component in a registry. */
final class RegistryBooks extends Books {
    private final LeakRegistry registry;
    private final LeakDetector detector;
    private final Keeper keeper;

    RegistryBooks(String type, Keeper keeper, LeakRegistry registry) {
        this.registry = registry;
        this.keeper = keeper;
        this.detector = new LeakDetector(new LeakDetectorBuilder(type, registry), registry, keeper::trackingChanged);
        registry.add(this);
        keeper.trackingChanged();
    }

    Keeper keeper() {
        return keeper;
    }

    /** How many of a site are out in these books. */
    long outstandingAt(Site site) {
        return keeper.outstanding().stream()
                .filter(entry -> entry.site().equals(site.label()))
                .mapToLong(Outstanding.Entry::count)
                .sum();
    }

    void step(boolean everything) {
        try {
            keeper.step(everything);
        } catch (RuntimeException | Error failure) {
            failed("a step of '" + detector.type() + "' failed", failure);
        }
    }

    @Override
    public LeakDetector detector() {
        return detector;
    }

    @Override
    public boolean isPlain() {
        return detector.isFastPath();
    }

    @Override
    public TrackingLevel level() {
        if (detector.isClosed()) {
            return TrackingLevel.OFF;
        }
        TrackingLevel own = detector.effectiveLevel();
        LeakScope scope = own == TrackingLevel.OFF ? null : registry.scopes.current();
        return scope == null ? own : scope.raise(own);
    }

    @Override
    public boolean isOff() {
        return detector.isOff();
    }

    @Override
    public Site sample() {
        Site site = detector.sampler().sampleNow();
        site.sampleExemplar();
        return site;
    }

    @Override
    public int pause() {
        return detector.sampler().pause();
    }

    @Override
    public Site common() {
        return detector.sites().get(0);
    }

    @Override
    public CoarseClock clock() {
        return registry.clock;
    }

    @Override
    public Ticker ticker() {
        return registry.ticker;
    }

    @Override
    public void found(Evidence evidence, Site site, int sinceTick, @Nullable Thread owner) {
        LeakRecord record = new LeakRecord(sinceTick, owner);
        switch (evidence) {
            case GC_PROVEN -> {
                site.leaked();
                registry.reporter.found(evidence, site, record, null);
            }
            case OVERDUE -> site.overdue(record);
            case OWNER_DEAD -> site.ownerDead(record);
            case SCOPE_END -> site.scopeEnd(record);
            case CLOSE_FAILED -> throw new IllegalArgumentException("use closeFailed");
        }
    }

    @Override
    public void returnedLate(Site site, int sinceTick, @Nullable Thread owner) {
        site.returnedLate(new LeakRecord(sinceTick, owner));
    }

    @Override
    public void closeFailed(Site site, Throwable cause) {
        site.closeFailed(null, cause);
    }

    @Override
    public void failed(String what, Throwable failure) {
        registry.reporter.libraryFailed(what, failure);
    }

    @Override
    public void close() {
        registry.remove(this);
    }
}
