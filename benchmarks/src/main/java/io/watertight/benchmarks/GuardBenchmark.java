package io.watertight.benchmarks;

import io.netty.util.ResourceLeakDetector;
import io.watertight.guards.CleanupAction;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.SiteStats;
import io.watertight.guards.TrackingLevel;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One operation opens a resource, closes it, and gives the handle away.
 *
 * <p>Every row allocates one handle, makes one call of a cleanup that is not inlined, and returns the handle. Every fork
 * ends with a count: the run fails unless each handle was released exactly once and nothing is outstanding. JMH runs each
 * row in JVMs of its own, which Netty's level, a static, needs.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgs = {"-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-Dslf4j.internal.verbosity=ERROR"})
public class GuardBenchmark {
    private static final CleanupAction<Resource> RELEASE = Resource::release;

    @Benchmark
    public Object bareHandle(Worker worker) {
        Handles.Bare handle = new Handles.Bare(worker.resource);
        handle.close();
        return handle;
    }

    @Benchmark
    public Object off(Worker worker, Off watched) {
        return openAndClose(watched.site, worker);
    }

    @Benchmark
    public Object count(Worker worker, Count watched) {
        return openAndClose(watched.site, worker);
    }

    @Benchmark
    public Object track(Worker worker, Track watched) {
        return openAndClose(watched.site, worker);
    }

    @Benchmark
    public Object trackWithBytes(Worker worker, Track watched) {
        Guard<Resource> guard = watched.site.open(1_024, worker.resource, RELEASE);
        guard.close();
        return guard;
    }

    @Benchmark
    public Object trackSampled(Worker worker, Track watched) {
        Guard<Resource> guard = watched.detector.open(worker.resource, RELEASE);
        guard.close();
        return guard;
    }

    @Benchmark
    public Object full(Worker worker, Full watched) {
        return openAndClose(watched.site, worker);
    }

    @Benchmark
    public Object strict(Worker worker, Strict watched) {
        return openAndClose(watched.site, worker);
    }

    @Benchmark
    public Object cleaner(Worker worker, JdkCleaner peer) {
        Handles.Cleaned handle = new Handles.Cleaned(worker.resource, peer.cleaner);
        handle.close();
        return handle;
    }

    @Benchmark
    public Object nettySimple(Worker worker, NettySimple peer) {
        Handles.Sampled handle = new Handles.Sampled(worker.resource, peer.detector);
        handle.close();
        return handle;
    }

    @Benchmark
    public Object nettyParanoid(Worker worker, NettyParanoid peer) {
        Handles.Sampled handle = new Handles.Sampled(worker.resource, peer.detector);
        handle.close();
        return handle;
    }

    @Benchmark
    public Object weakSet(Worker worker, WeakSet peer) {
        Handles.Listed handle = new Handles.Listed(worker.resource, peer.open);
        handle.close();
        return handle;
    }

    private static Object openAndClose(Site site, Worker worker) {
        Guard<Resource> guard = site.open(worker.resource, RELEASE);
        guard.close();
        return guard;
    }

    private static void demand(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** All resources of a fork. */
    @State(Scope.Benchmark)
    public static class Ledger {
        private final Queue<Resource> resources = new ConcurrentLinkedQueue<>();

        long releases() {
            return resources.stream().mapToLong(Resource::releases).sum();
        }

        @TearDown
        public void check() {
            demand(releases() > 0, "nothing was released");
        }
    }

    /** One thread and its resource. */
    @State(Scope.Thread)
    public static class Worker {
        private final Resource resource = new Resource();

        @Setup
        public void enter(Ledger ledger) {
            ledger.resources.add(resource);
        }
    }

    /** A detector of Watertight, and its books. */
    @State(Scope.Benchmark)
    public abstract static class Watched {
        final LeakDetector detector;
        final Site site;

        Watched(TrackingLevel level) {
            detector = LeakDetector.builder("benchmark").level(level).build();
            site = detector.site("GuardBenchmark");
        }

        @TearDown
        public void check(Ledger ledger) {
            long expected = detector.level() == TrackingLevel.OFF ? 0 : ledger.releases();
            long acquired = 0;
            long released = 0;
            for (Site each : detector.sites()) {
                SiteStats stats = each.stats();
                acquired += stats.acquired();
                released += stats.released();
                demand(stats.leaked() + stats.redundantCloses() + stats.closeFailed() == 0, "unclean: " + stats);
            }
            demand(detector.outstanding() == 0, "outstanding: " + detector.outstanding());
            demand(
                    acquired == expected && released == expected,
                    "cleanups run: " + expected + ", acquired: " + acquired + ", released: " + released);
        }
    }

    /** Nothing is recorded. */
    public static class Off extends Watched {
        public Off() {
            super(TrackingLevel.OFF);
        }
    }

    /** Acquisitions and releases are counted. */
    public static class Count extends Watched {
        public Count() {
            super(TrackingLevel.COUNT);
        }
    }

    /** The default. */
    public static class Track extends Watched {
        public Track() {
            super(TrackingLevel.TRACK);
        }
    }

    /** With the stack of every acquisition. */
    public static class Full extends Watched {
        public Full() {
            super(TrackingLevel.FULL);
        }
    }

    /** For tests. */
    public static class Strict extends Watched {
        public Strict() {
            super(TrackingLevel.STRICT);
        }
    }

    /** The guard of the JDK. */
    @State(Scope.Benchmark)
    public static class JdkCleaner {
        final Cleaner cleaner = Cleaner.create();
    }

    /** A detector of Netty. */
    @State(Scope.Benchmark)
    public abstract static class Netty {
        private static final int NETTYS_DEFAULT_INTERVAL = 128;

        final ResourceLeakDetector<Object> detector = new ResourceLeakDetector<>(Object.class, NETTYS_DEFAULT_INTERVAL);
        private final AtomicLong leaks = new AtomicLong();
        private final ResourceLeakDetector.Level level;

        Netty(ResourceLeakDetector.Level level) {
            this.level = level;
        }

        @Setup
        public void open() {
            ResourceLeakDetector.setLevel(level);
            detector.setLeakListener((type, records) -> leaks.incrementAndGet());
        }

        @TearDown
        public void check() {
            boolean paranoid = level == ResourceLeakDetector.Level.PARANOID;
            Handles.Sampled last = new Handles.Sampled(new Resource(), detector);
            demand(!paranoid || last.isTracked(), "PARANOID does not track");
            last.close();
            demand(leaks.get() == 0, "leaks: " + leaks);
        }
    }

    /** Tracks one in 128. */
    public static class NettySimple extends Netty {
        public NettySimple() {
            super(ResourceLeakDetector.Level.SIMPLE);
        }
    }

    /** Tracks all, with a stack each. */
    public static class NettyParanoid extends Netty {
        public NettyParanoid() {
            super(ResourceLeakDetector.Level.PARANOID);
        }
    }

    /** Weak references in a concurrent set. */
    @State(Scope.Benchmark)
    public static class WeakSet {
        final Set<Reference<?>> open = ConcurrentHashMap.newKeySet();

        @TearDown
        public void check() {
            demand(open.isEmpty(), "outstanding: " + open.size());
        }
    }
}
