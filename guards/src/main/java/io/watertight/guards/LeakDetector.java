package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches all resources of one type.
 *
 * <p>Keep one detector for each type in a static final field. Opening from the detector finds the acquisition site by
 * sampling: the first 1,024 acquisitions and, after a leak was found, those of the next ten minutes are attributed to
 * their line as far as half a percent of one core goes; others with a probability that adapts. Opening from a {@link
 * #site(String) site} attributes every one at no cost.
 *
 * <p>Thread-safe; nothing blocks.
 */
public final class LeakDetector implements Tracker, AutoCloseable {
    static final String COMMON_LABEL = "(not sampled)";

    private final LeakRegistry registry;
    private final String type;
    private final int overdueAfterTicks;
    private final ReclaimPolicy reclaim;
    private final Probe.@Nullable Typed probe;
    private final Site common;
    private final List<Site> sites = new CopyOnWriteArrayList<>();
    private final SiteSampler sampler;
    private volatile TrackingLevel level;
    private volatile boolean fastPath;
    private volatile boolean off;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;
    private final @Nullable Runnable onPathChange;

    LeakDetector(LeakDetectorBuilder builder, LeakRegistry registry) {
        this(builder, registry, null);
    }

    /** A detector that tells when what decides between the fast path and the slow one has changed. */
    @SuppressWarnings("this-escape")
    LeakDetector(LeakDetectorBuilder builder, LeakRegistry registry, @Nullable Runnable onPathChange) {
        this.onPathChange = onPathChange;
        this.registry = registry;
        this.type = builder.type;
        this.overdueAfterTicks = builder.overdueAfterTicks;
        this.reclaim = builder.reclaim;
        this.probe = builder.probe;
        this.level = builder.effectiveLevel();
        this.common = new Site(this, COMMON_LABEL, false, List.of());
        this.sites.add(common);
        this.sampler = new SiteSampler(this, common);
        recomputePath();
    }

    /**
     * Starts to describe a detector.
     *
     * @param type the name of the resource type, as reports will say it
     * @return a builder
     * @throws IllegalArgumentException if {@code type} is blank
     */
    public static LeakDetectorBuilder builder(String type) {
        return new LeakDetectorBuilder(type, Watertight.REGISTRY);
    }

    /**
     * Returns the detector of a type, made with default settings if it is new.
     *
     * @param type the name of the resource type
     * @return the one detector of that type
     * @throws IllegalArgumentException if {@code type} is blank
     */
    public static LeakDetector of(String type) {
        return new LeakDetectorBuilder(type, Watertight.REGISTRY).getOrBuild();
    }

    /**
     * Returns the type's name.
     *
     * @return the name
     */
    public String type() {
        return type;
    }

    /**
     * Names an acquisition site of this type.
     *
     * @param token how reports name the place, for example {@code "OrderFile.read"}
     * @return the one site of that name; this type's common site if there are too many sites
     * @throws IllegalArgumentException if {@code token} is blank
     */
    public Site site(String token) {
        if (Objects.requireNonNull(token, "token").isBlank()) {
            throw new IllegalArgumentException("token must not be blank: it is how reports name the place");
        }
        return site(token, () -> new Site(this, token, true, List.of()));
    }

    Site site(Object place, Supplier<Site> maker) {
        Site site = registry.sites.intern(this, place, () -> {
            Site fresh = maker.get();
            sites.add(fresh);
            return fresh;
        });
        return site == null ? common : site;
    }

    /**
     * Returns where to open a resource that another one brings along, so that it is attributed to the same line: what was
     * decided for the parent is decided for the child.
     *
     * @param parent the guard of the resource that the new one belongs to
     * @return a site of this type
     */
    public Site under(Guard<?> parent) {
        Site site = Objects.requireNonNull(parent, "parent").site();
        if (site == null || !site.isAttributed()) {
            return common;
        }
        return site(site.label(), () -> new Site(this, site.label(), true, site.exemplar()));
    }

    @Override
    @MustBeClosed
    public <T> Guard<T> open(T resource, CleanupAction<? super T> action) {
        return siteOf(resource, action).open(resource, action);
    }

    @Override
    @MustBeClosed
    public <T> Guard<T> open(long bytes, T resource, CleanupAction<? super T> action) {
        return siteOf(resource, action).open(bytes, resource, action);
    }

    @Override
    public <T> Guard<T> guard(Object referent, T resource, CleanupAction<? super T> action) {
        return siteOf(resource, action).guard(referent, resource, action);
    }

    /** The site of the calling thread's acquisition; a resource for which none can be found is released. */
    private <T> Site siteOf(T resource, CleanupAction<? super T> action) {
        try {
            return sampler.site();
        } catch (Throwable failure) {
            throw FailedOpen.release(resource, action, failure);
        }
    }

    @Override
    public Cleaner.Cleanable register(Object referent, Runnable action) {
        return sampler.site().register(referent, action);
    }

    /**
     * Returns the level that new resources are opened at.
     *
     * @return the level
     */
    public TrackingLevel level() {
        return level;
    }

    /**
     * Changes the level for resources opened from now on.
     *
     * @param newLevel the level
     */
    public void level(TrackingLevel newLevel) {
        level = Objects.requireNonNull(newLevel, "newLevel");
        recomputePath();
    }

    /** The level in force: OFF once the library was shut down. */
    TrackingLevel effectiveLevel() {
        if (closed) {
            throw new IllegalStateException(
                    "detector '" + type + "' is closed; nothing can be opened from it any more");
        }
        return registry.isShutDown() ? TrackingLevel.OFF : level;
    }

    /**
     * Counts what is open of this type.
     *
     * @return the number of open resources
     */
    public long outstanding() {
        long[] sum = {0};
        forEachSite(site -> sum[0] += site.stats().outstanding());
        return sum[0];
    }

    /**
     * Lists the sites of this type that have been used.
     *
     * @return the common site first, then all named and sampled ones in the order of their first use
     */
    public List<Site> sites() {
        return List.copyOf(sites);
    }

    /**
     * Ends this type: what is still open is reported as {@link Evidence#SCOPE_END}, can be closed, and is no longer
     * watched; nothing new can be opened. Detectors in static fields need no close.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closed = true;
        recomputePath();
        forEachSite(site -> site.table().forEach(record -> {
            if (record.isOpen() && (record.wordVolatile() & LeakRecord.PERMANENT) == 0) {
                site.scopeEnd(record);
            }
        }));
        registry.remove(this);
    }

    /** True if nothing is recorded and nothing else is to be decided. */
    boolean isOff() {
        return off;
    }

    boolean isClosed() {
        return closed;
    }

    /** True if {@link Site#open} may do everything itself. */
    boolean isFastPath() {
        return fastPath;
    }

    /** Under a lock, so that the last change is what the result is made of. */
    synchronized void recomputePath() {
        off = !closed && (level == TrackingLevel.OFF || registry.isShutDown());
        fastPath = level == TrackingLevel.TRACK
                && !closed
                && !registry.isShutDown()
                && !reclaims()
                && probe == null
                && !registry.jfr().recordsUse()
                && !registry.scopes.isAnyOpen();
        if (onPathChange != null) {
            onPathChange.run();
        }
    }

    boolean isFull() {
        return level.compareTo(TrackingLevel.FULL) >= 0;
    }

    /** Whether the level makes use of the line of an acquisition. */
    boolean attributesLine() {
        return level != TrackingLevel.OFF && !registry.isShutDown();
    }

    boolean reclaims() {
        return reclaim == ReclaimPolicy.RECLAIM;
    }

    Probe.@Nullable Typed probe() {
        return probe;
    }

    int overdueAfterTicks() {
        return overdueAfterTicks;
    }

    /** A leak, of whatever evidence, was found. */
    void signal() {
        sampler.signal();
    }

    LeakRegistry registry() {
        return registry;
    }

    SiteSampler sampler() {
        return sampler;
    }

    Iterable<Site> sitesNow() {
        return sites;
    }

    void forEachSite(Consumer<Site> visitor) {
        sites.forEach(visitor);
    }

    @Override
    public String toString() {
        return "LeakDetector[" + type + ", " + level + ", outstanding=" + outstanding() + "]";
    }
}
