package io.watertight.guards.user;

import io.watertight.guards.BoundThreadLocal;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakScope;
import io.watertight.guards.Lease;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicInteger;

/** The application in {@link SharedLibraryMain}: uses the shared library, and takes back what it has given to it. */
public final class SharedLibraryUser {
    private static final AtomicInteger REPORTS = new AtomicInteger();

    private SharedLibraryUser() {}

    /** A resource of the application's own class. */
    private static final class Resource {
        void release() {
            REPORTS.addAndGet(0);
        }
    }

    /** Opens, closes and leaks at two levels, and lets go. */
    public static void use(Runnable collect) {
        try (Lease<LeakListener> listener = Watertight.onLeak(report -> REPORTS.incrementAndGet());
                LeakDetector detector = LeakDetector.builder("application")
                        .isStillOpen(Resource.class, resource -> true)
                        .build()) {
            BoundThreadLocal<Resource> local = new BoundThreadLocal<>(detector);
            for (TrackingLevel level : new TrackingLevel[] {TrackingLevel.TRACK, TrackingLevel.FULL}) {
                detector.level(level);
                detector.open(new Resource(), Resource::release).close();
                Cleaner.Cleanable cleanable = detector.register(new Resource(), REPORTS::get);
                try (LeakScope scope = Watertight.scope("request");
                        Guard<Resource> binding = local.bind(new Resource())) {
                    leak(detector);
                    require(scope.outstanding().total() == 2 && binding.isOpen());
                }
                closeBadly(detector);
                collect.run();
                Watertight.pump();
                cleanable.clean();
            }
            require(REPORTS.get() > 2 && listener.isOpen());
        }
    }

    private static void leak(LeakDetector detector) {
        detector.open(new Resource(), Resource::release);
    }

    private static void closeBadly(LeakDetector detector) {
        try {
            detector.open(new Resource(), resource -> {
                        throw new ApplicationException();
                    })
                    .close();
        } catch (ApplicationException expected) {
            require(expected.getMessage() == null);
        }
    }

    private static final class ApplicationException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("application failed: " + REPORTS + ", " + Watertight.outstanding());
        }
    }
}
