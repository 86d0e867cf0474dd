package io.watertight.guards;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What the tests of this package share: one registry without threads, and a site of its own for each state. */
final class Fixture {
    static final LeakRegistry REGISTRY;
    static final LeakDetector TRACK;
    static final LeakDetector COUNT;
    static final LeakDetector OFF;
    static final LeakDetector RECLAIM;
    /** The thread that tables are told of, so that both actors meet in one stripe. */
    static final Thread THREAD = new Thread(() -> {}, "both-actors");
    /** Counts cleanups in the resource itself, and captures nothing. */
    static final CleanupAction<AtomicInteger> CLEANUP = AtomicInteger::incrementAndGet;

    private static final Object REFERENT = new Object();

    static {
        // Leaks are found thousands of times a second here: they are counted, and not logged.
        System.setProperty("watertight.suppress", "*");
        REGISTRY = newRegistry();
        TRACK = builder("track").build();
        COUNT = builder("count").level(TrackingLevel.COUNT).build();
        OFF = builder("off").level(TrackingLevel.OFF).build();
        RECLAIM = builder("reclaim").onLeak(ReclaimPolicy.RECLAIM).build();
    }

    private Fixture() {}

    private static LeakDetectorBuilder builder(String type) {
        return new LeakDetectorBuilder(type, REGISTRY);
    }

    /** For tests that change something of the registry or its detectors; the others share one, which is lighter. */
    static LeakRegistry newRegistry() {
        return new LeakRegistry(() -> 0, false, 16, Throwable::new);
    }

    /** A site in no table: it is garbage as soon as its state is, and its counters belong to that state alone. */
    static Site site(LeakDetector detector) {
        return new Site(detector, "jcstress", false, List.of());
    }

    /** A guard that outlives its referent, as only those can that have one of their own. */
    static Guard<AtomicInteger> outliving(Site site) {
        return SlowPath.open(site, 0, REFERENT, new AtomicInteger(), CLEANUP);
    }

    /** A record without referent and queue, owned by {@link #THREAD}. */
    static LeakRecord record() {
        return new LeakRecord(null, null, 0, THREAD);
    }

    /** The counters of a site; forgets the guards of earlier states, which the collector has found meanwhile. */
    static SiteStats stats(Site site) {
        LeakRegistry registry = site.registry();
        while (registry.queue.poll() != null) {
            // These states were judged long ago.
        }
        return site.stats();
    }
}
