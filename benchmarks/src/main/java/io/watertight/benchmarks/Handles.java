package io.watertight.benchmarks;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The handles of the peers, each as its documentation says it should be written, and none with more than it needs.
 *
 * <p>All are 24 bytes with compressed oops. {@link Bare}, {@link Cleaned} and {@link Listed} release exactly once; {@link
 * Sampled} leaves that to the caller, as Netty's detector does, and so saves a CAS.
 */
final class Handles {
    private Handles() {}

    /** The floor: a handle that releases once and is not watched. */
    static final class Bare implements AutoCloseable {
        private static final VarHandle CLOSED;

        static {
            try {
                CLOSED = MethodHandles.lookup().findVarHandle(Bare.class, "closed", int.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        private final Resource resource;

        @SuppressWarnings("unused") // through CLOSED
        private int closed;

        Bare(Resource resource) {
            this.resource = resource;
        }

        @Override
        public void close() {
            if (CLOSED.compareAndSet(this, 0, 1)) {
                resource.release();
            }
        }
    }

    /** Watched by the JDK's Cleaner, which releases once. */
    static final class Cleaned implements AutoCloseable {
        private final Resource resource;
        private final Cleaner.Cleanable cleanable;

        Cleaned(Resource resource, Cleaner cleaner) {
            this.resource = resource;
            this.cleanable = cleaner.register(this, resource);
        }

        Resource resource() {
            return resource;
        }

        @Override
        public void close() {
            try {
                cleanable.clean();
            } finally {
                Reference.reachabilityFence(this);
            }
        }
    }

    /** Watched by Netty's detector if that picked it. */
    static final class Sampled implements AutoCloseable {
        private final Resource resource;
        private final @Nullable ResourceLeakTracker<Object> tracker;

        Sampled(Resource resource, ResourceLeakDetector<Object> detector) {
            this.resource = resource;
            this.tracker = detector.track(this);
        }

        boolean isTracked() {
            return tracker != null;
        }

        @Override
        public void close() {
            resource.release();
            if (tracker != null) {
                tracker.close(this);
            }
        }
    }

    /** Watched by a weak reference in a concurrent set, the design most projects start with. */
    static final class Listed implements AutoCloseable {
        private final Resource resource;
        private final Set<Reference<?>> open;
        private final Reference<?> reference;

        Listed(Resource resource, Set<Reference<?>> open) {
            this.resource = resource;
            this.open = open;
            this.reference = new WeakReference<>(this);
            open.add(reference);
        }

        @Override
        public void close() {
            try {
                if (open.remove(reference)) {
                    resource.release();
                }
            } finally {
                Reference.reachabilityFence(this);
            }
        }
    }
}
