package io.watertight.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.SiteStats;
import java.lang.management.ManagementFactory;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One JVM of {@link OutstandingCost}: opens many resources of one kind, measures, closes them all and counts. Arguments:
 * the kind, how many, how many collections. Prints heap bytes for each resource and the least CPU time of a full
 * collection in nanoseconds.
 */
final class OutstandingProbe {
    /** What is outstanding. */
    enum Kind {
        BARE("bare handle"),
        TRACK("Watertight TRACK, token site"),
        TRACK_BYTES("Watertight TRACK, token site and bytes"),
        CLEANER("JDK Cleaner"),
        WEAK_SET("ConcurrentHashMap of WeakReference");

        final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    private static final int WARM_UP = 20_000;
    private static final int SETTLING_COLLECTIONS = 3;

    private final Resource resource = new Resource();
    private final Kind kind;
    private final LeakDetector detector = LeakDetector.of("outstanding");
    private final Site site = detector.site("OutstandingProbe");
    private final Cleaner cleaner = Cleaner.create();
    private final Set<Reference<?>> listed = ConcurrentHashMap.newKeySet();

    private OutstandingProbe(Kind kind) {
        this.kind = kind;
    }

    public static void main(String[] args) throws Exception {
        Kind kind = Kind.valueOf(args[0]);
        int count = Integer.parseInt(args[1]);
        int collections = Integer.parseInt(args[2]);
        OutstandingProbe probe = new OutstandingProbe(kind);
        probe.fill(new AutoCloseable[WARM_UP]);
        probe.settle();

        AutoCloseable[] handles = new AutoCloseable[count];
        long before = probe.usedAfterCollections(collections);
        probe.open(handles);
        probe.settle();
        long cpu = probe.leastCpuOfCollection(collections);
        long after = probe.usedAfterCollections(collections);
        probe.close(handles);
        probe.check(WARM_UP + (long) count);
        System.out.println((double) (after - before) / count + " " + cpu);
    }

    /** Opens and closes, so that classes are loaded and code is compiled. */
    private void fill(AutoCloseable[] handles) throws Exception {
        open(handles);
        close(handles);
    }

    private void open(AutoCloseable[] handles) {
        Supplier<AutoCloseable> opener = switch (kind) {
            case BARE -> () -> new Handles.Bare(resource);
            case TRACK -> () -> site.open(resource, Resource::release);
            case TRACK_BYTES -> () -> site.open(1_024, resource, Resource::release);
            case CLEANER -> () -> new Handles.Cleaned(resource, cleaner);
            case WEAK_SET -> () -> new Handles.Listed(resource, listed);
        };
        for (int i = 0; i < handles.length; i++) {
            handles[i] = opener.get();
        }
    }

    private static void close(AutoCloseable[] handles) throws Exception {
        for (AutoCloseable handle : handles) {
            handle.close();
        }
    }

    private void settle() {
        for (int i = 0; i < SETTLING_COLLECTIONS; i++) {
            System.gc();
        }
    }

    private long usedAfterCollections(int collections) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < collections; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private long leastCpuOfCollection(int collections) {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long least = Long.MAX_VALUE;
        for (int i = 0; i < collections; i++) {
            long start = system.getProcessCpuTime();
            System.gc();
            least = Math.min(least, system.getProcessCpuTime() - start);
        }
        return least;
    }

    private void check(long expected) {
        SiteStats stats = site.stats();
        boolean watched = kind == Kind.TRACK || kind == Kind.TRACK_BYTES;
        boolean exact = detector.outstanding() == 0
                && stats.acquired() == (watched ? expected : 0)
                && stats.released() == stats.acquired()
                && listed.isEmpty()
                && resource.releases() == expected;
        if (!exact) {
            throw new IllegalStateException(kind + ": expected " + expected + " closed, but " + resource.releases()
                    + " were, " + listed.size() + " are listed, " + stats);
        }
    }
}
