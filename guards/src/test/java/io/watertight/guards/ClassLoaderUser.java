package io.watertight.guards;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** The application in {@link ClassLoaderTest}: uses every part of guards that starts something or hooks in somewhere. */
public final class ClassLoaderUser {
    private static final LeakDetector DETECTOR = LeakDetector.builder("application")
            .overdueAfter(Duration.ofHours(1))
            .build();
    private static final LeakDetector RECLAIMING =
            LeakDetector.builder("reclaimed").onLeak(ReclaimPolicy.RECLAIM).build();
    private static final AtomicInteger REPORTS = new AtomicInteger();
    private static Guard<?> permanent;

    private ClassLoaderUser() {}

    /** Opens, closes, leaks and waits for the reports. */
    public static void use() {
        permanent = DETECTOR.open(new AtomicInteger(), AtomicInteger::incrementAndGet)
                .permanent();
        Lease<LeakListener> listener = Watertight.onLeak(report -> REPORTS.incrementAndGet());
        DETECTOR.open(new AtomicInteger(), AtomicInteger::incrementAndGet).close();
        try (LeakScope scope = Watertight.scope("request");
                Guard<AtomicInteger> inScope = DETECTOR.open(new AtomicInteger(), AtomicInteger::incrementAndGet)) {
            requireTrue(scope.outstanding().total() == 1 && inScope.isOpen());
        }
        bindAndUnbind();
        leak();
        GcBarrier.await();
        await(() -> REPORTS.get() >= 2);
        requireTrue(Watertight.stats().libraryFailures() == 0 && listener.isOpen());
    }

    /** The same, once the recorder is seen. */
    public static void useWithRecorder() {
        await(() -> {
            Watertight.pump();
            return Watertight.REGISTRY.jfr() != Jfr.NONE;
        });
        Watertight.pump();
        requireTrue(Watertight.REGISTRY.jfr().recordsUse());
        DETECTOR.level(TrackingLevel.FULL);
        try {
            use();
        } finally {
            DETECTOR.level(TrackingLevel.TRACK);
        }
    }

    private static void bindAndUnbind() {
        BoundThreadLocal<String> local = new BoundThreadLocal<>(DETECTOR);
        try (Guard<String> binding = local.bind("value")) {
            requireTrue(binding.get().equals(local.get()));
        }
    }

    /** Its own method, so that no frame keeps what it drops. */
    private static void leak() {
        DETECTOR.site("leak" + REPORTS.get()).open(new AtomicInteger(), AtomicInteger::incrementAndGet);
        RECLAIMING.site("leak" + REPORTS.get()).open(new AtomicInteger(), AtomicInteger::incrementAndGet);
    }

    static boolean hasPermanent() {
        return permanent != null;
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            requireTrue(System.nanoTime() - start < Duration.ofSeconds(30).toNanos());
            Thread.onSpinWait();
        }
    }

    private static void requireTrue(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("application failed: " + Watertight.stats() + ", reports=" + REPORTS);
        }
    }
}
