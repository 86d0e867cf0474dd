package io.watertight.guards;

import io.watertight.guards.internal.CoarseClock;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that is tracked, and the steps that look after it; one for a class loader, and one for a test. */
final class LeakRegistry {
    /*
     * Lock order: the reporter's turn, then stepLock, then the reporter's lock, a detector's monitor or the capture budget's,
     * which are leaves. User code runs under no lock but the turn, for which only pump() and the reporter's thread ever wait;
     * stepLock is held by one step, by a reading of counters, and at the end, never while user code runs.
     */
    private static final Outstanding NOTHING = new Outstanding(List.of());
    final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    final ReentrantLock stepLock = new ReentrantLock();
    final Ticker ticker;
    final CoarseClock clock;
    final CaptureBudget captureBudget;
    final Reporter reporter;
    final SiteTable sites;
    final Scopes scopes = new Scopes(this);
    final Sweep sweep = new Sweep(this);
    private final ReaperGate gate = new ReaperGate();
    private final Supplier<Throwable> acquisitions;
    private final boolean threads;
    /** By type; those of components by themselves, because two components may have the same name. */
    private final ConcurrentMap<Object, LeakDetector> detectors = new ConcurrentHashMap<>();
    /** Held strongly: a component whose handles are all it is known by must live until they are accounted for. */
    private final List<RegistryBooks> books = new CopyOnWriteArrayList<>();

    private final List<WeakReference<OutstandingSource>> sources = new CopyOnWriteArrayList<>();
    private volatile Jfr jfr = Jfr.NONE;
    private volatile boolean shutDown;
    private volatile @Nullable Reaper reaper;

    /** The registry behind {@link Watertight}. */
    LeakRegistry() {
        this(Ticker.system(), true, SiteTable.DEFAULT_BOUND, Throwable::new);
    }

    /** For tests: no threads unless asked for, so that everything happens in {@link #pump()}. */
    LeakRegistry(Ticker ticker, boolean threads, int siteBound, Supplier<Throwable> acquisitions) {
        this.ticker = ticker;
        this.threads = threads;
        this.acquisitions = acquisitions;
        this.clock = new CoarseClock(ticker);
        this.captureBudget = new CaptureBudget(clock);
        this.sites = new SiteTable(siteBound);
        this.reporter = new Reporter(this, threads);
    }

    Throwable captureAcquisition() {
        return acquisitions.get();
    }

    Jfr jfr() {
        return jfr;
    }

    /** Called after each link: somebody must be awake to see what becomes of the record. */
    void watch() {
        if (!gate.isAwake()) {
            wakeReaper();
        }
    }

    private void wakeReaper() {
        if (!threads || shutDown || !gate.wake()) {
            return;
        }
        try {
            Reaper fresh = new Reaper(this, gate);
            reaper = fresh;
            fresh.start();
        } catch (Throwable noThread) {
            // Out of threads or memory: the resource is tracked all the same, and the next open tries again.
            gate.failedToWake();
            reporter.libraryFailed("the reaper could not be started", noThread);
        }
    }

    /** One step of the reaper: time, collected records, and, when it is due or asked for, the sweep. */
    void step(boolean sweepNow) {
        stepLock.lock();
        try {
            if (threads) {
                clock.wake();
            } else {
                clock.refresh();
            }
            if (!shutDown) { // else shutDown() closes it
                nextJfr();
            }
            scopes.forgetDeadThreads();
            recomputePaths();
            for (Reference<?> dropped = queue.poll(); dropped != null; dropped = queue.poll()) {
                collected((LeakRecord) dropped);
            }
            if (sweepNow || sweep.isDue()) {
                sweep.run();
            }
        } finally {
            stepLock.unlock();
        }
        books.forEach(component -> component.step(sweepNow));
    }

    /** What the recorder throws must not stop the detection. */
    private void nextJfr() {
        try {
            jfr = jfr.next(this);
        } catch (RuntimeException | LinkageError failure) {
            jfr = Jfr.NONE;
            reporter.libraryFailed("the Flight Recorder could not be used", failure);
        }
    }

    /** Does by hand, completely, what the threads of this library do in the background, and calls the listeners. */
    void pump() {
        step(true);
        reporter.dispatchAll();
    }

    /** The garbage collector found the referent of a record unreachable. */
    void collected(LeakRecord record) {
        if (record.transition(LeakRecord.OPEN, LeakRecord.LEAKED) == -1) {
            healIfAbandoned(record);
            return;
        }
        record.segment().remove(record);
        if (record instanceof LeakRecord.Holding<?> holding && holding.resource != null) {
            reporter.leakedHolding(holding);
        } else {
            record.site().leaked();
            reporter.found(Evidence.GC_PROVEN, record.site(), record, null);
        }
    }

    /**
     * A guard cannot be collected while it is being closed, so a record still in its slot now belongs to a close that died
     * in our own code: of a stack overflow, say. Nobody else will take it out.
     */
    private static void healIfAbandoned(LeakRecord record) {
        boolean foreign = (record.wordVolatile() & LeakRecord.FOREIGN_REFERENT) != 0;
        if (!foreign && record.segment().holds(record)) {
            record.segment().remove(record);
        }
    }

    /** Calls the visitor with every open record of every type. */
    void forEachOpen(Consumer<LeakRecord> visitor) {
        for (LeakDetector detector : detectors.values()) {
            detector.forEachSite(site -> site.table().forEach(visitor));
        }
    }

    boolean isNothingTracked() {
        if (!books.isEmpty()) {
            return false;
        }
        for (LeakDetector detector : detectors.values()) {
            for (Site site : detector.sitesNow()) {
                if (!site.table().isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What is open now: everything, or what was opened in one scope. */
    Outstanding outstanding(@Nullable LeakScope scope) {
        List<Outstanding.Entry> entries = new ArrayList<>();
        for (LeakDetector detector : detectors.values()) {
            detector.forEachSite(site -> addEntry(entries, site, scope));
        }
        if (scope == null) {
            addSources(entries);
        }
        return new Outstanding(entries);
    }

    /** What components list that keep their own books. */
    Outstanding outstandingOfSources() {
        if (sources.isEmpty() && books.isEmpty()) {
            return NOTHING;
        }
        List<Outstanding.Entry> entries = new ArrayList<>();
        addSources(entries);
        return new Outstanding(entries);
    }

    private void addSources(List<Outstanding.Entry> entries) {
        books.forEach(component -> entries.addAll(component.keeper().outstanding()));
        for (WeakReference<OutstandingSource> reference : sources) {
            OutstandingSource source = reference.get();
            if (source != null) {
                entries.addAll(source.outstanding());
            }
        }
    }

    private void addEntry(List<Outstanding.Entry> entries, Site site, @Nullable LeakScope scope) {
        int now = clock.tick();
        long[] found = new long[4]; // count, bytes, greatest age in ticks, overdue
        site.table().forEach(record -> {
            int word = record.wordVolatile();
            boolean inScope =
                    scope == null || (record instanceof DetailedRecord<?> detailed && detailed.scope() == scope);
            if (inScope && LeakRecord.stateOf(word) <= LeakRecord.CLOSING) {
                found[0]++;
                found[1] += record.bytes();
                found[2] = Math.max(found[2], now - record.openedTick());
                found[3] += (word & LeakRecord.OVERDUE) == 0 ? 0 : 1;
            }
        });
        found[0] += scope == null ? site.countedOutstanding() : 0;
        if (found[0] != 0) {
            Duration oldest = Duration.ofNanos(CoarseClock.toNanos((int) found[2]));
            entries.add(
                    new Outstanding.Entry(site.detector().type(), site.label(), found[0], found[1], oldest, found[3]));
        }
    }

    void add(RegistryBooks component) {
        detectors.put(component.detector(), component.detector());
        books.add(component);
        watch();
    }

    void remove(RegistryBooks component) {
        books.remove(component);
        component.detector().close();
    }

    /** How many of a site are open: in its records, and in the books of its component if it has one. */
    long outstandingAt(Site site) {
        long inBooks = books.stream()
                .filter(component -> component.detector() == site.detector())
                .mapToLong(component -> component.outstandingAt(site))
                .sum();
        return site.stats().outstanding() + inBooks;
    }

    void addSource(OutstandingSource source) {
        sources.removeIf(reference -> reference.refersTo(null));
        sources.add(new WeakReference<>(source));
    }

    void removeSource(OutstandingSource source) {
        sources.removeIf(reference -> reference.refersTo(source) || reference.refersTo(null));
    }

    @Nullable
    LeakDetector detector(String type) {
        return detectors.get(type);
    }

    /** Adds a detector; returns the one that was there before, or null. */
    @Nullable
    LeakDetector add(LeakDetector detector) {
        return detectors.putIfAbsent(detector.type(), detector);
    }

    void remove(LeakDetector detector) {
        detectors.values().remove(detector);
        sites.forget(detector);
    }

    Iterable<LeakDetector> detectors() {
        return detectors.values();
    }

    /** Something that decides between the fast path and the slow one has changed. */
    void recomputePaths() {
        for (LeakDetector detector : detectors.values()) {
            detector.recomputePath();
        }
    }

    WatertightStats stats() {
        return new WatertightStats(
                captureBudget.spentNanos(),
                sites.size(),
                sites.overflows(),
                reporter.dropped(),
                reporter.suppressions.count(),
                reporter.listenerFailures(),
                reporter.libraryFailures());
    }

    boolean isShutDown() {
        return shutDown;
    }

    /** Ends every thread and hook; what is open can still be closed, what is opened from now on is not tracked. */
    void shutDown() {
        shutDown = true;
        Reaper running = reaper;
        if (running != null) {
            running.end();
        }
        reporter.end();
        stepLock.lock();
        try {
            jfr.close();
            jfr = Jfr.NONE;
            recomputePaths();
            detectors.clear();
            sources.clear();
            books.clear();
        } finally {
            stepLock.unlock();
        }
    }
}
