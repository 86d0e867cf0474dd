package io.watertight.testing.internal.jdk;

import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.TrackingLevel;
import java.nio.Buffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The resources of the JDK that are open, each with its guard. Its methods are called by the JDK, in the middle of opening
 * and closing: none of them throws, and what they themselves open is not looked at.
 *
 * <p>A guard's record watches the resource with a phantom reference, and the table knows it by a weak one, so that a
 * dropped resource is collected as without us, and found. Direct buffers are the other way round: being collected is how
 * they are closed.
 */
final class OpenResources {
    /** What guards hold as their resource, and what they do with it: nothing is ours to close. */
    private static final Object NOTHING = new Object();

    private final BooleanSupplier isInScope;
    private final Set<Kind> kinds;
    private final WeakIdentityTable<Guard<?>> open = new WeakIdentityTable<>();
    private final ConcurrentMap<String, LeakDetector> detectors = new ConcurrentHashMap<>();
    private final Set<LeakDetector> own = ConcurrentHashMap.newKeySet();
    /** Set on a thread while it is in one of our methods; removed again, so that no thread keeps it. */
    private final ThreadLocal<Boolean> busy = new ThreadLocal<>();

    private final AtomicLong failures = new AtomicLong();
    private volatile boolean ended;

    OpenResources(BooleanSupplier isInScope, Set<Kind> kinds) {
        this.isInScope = isInScope;
        this.kinds = kinds;
    }

    /** A resource was opened on this thread. */
    void opened(Object resource, Object kindName) {
        quietly(() -> {
            Kind kind = Kind.valueOf((String) kindName);
            if (isWanted(kind) && !open.contains(resource)) {
                track(resource, kind);
            }
        });
    }

    boolean isWanted(Kind kind) {
        return kinds.contains(kind) && isInScope.getAsBoolean();
    }

    /** Guards a resource that was opened on this thread, unless nobody is to be blamed for it. */
    void track(Object resource, Kind kind) {
        release();
        Origin origin = Origin.find(kind);
        if (origin == null) {
            return;
        }
        Site site = detector(kind.typeOf(resource, origin)).site(origin.label());
        Guard<?> guard = guard(resource, kind, site);
        if (origin.permanent()) {
            guard.permanent();
        }
        // A body was noted when it was made: if it is not there any more, it is closed already.
        boolean added = kind == Kind.HTTP_BODY ? open.setIfUnset(resource, guard) : open.putIfAbsent(resource, guard);
        if (!added) {
            guard.close();
        }
        if (ended) { // after whoever ended the watch looked for the last time, maybe
            closed(resource);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed when the resource is
    private static Guard<?> guard(Object resource, Kind kind, Site site) {
        if (!kind.isClosedByCollector()) {
            return site.guard(resource, NOTHING, nothing -> {});
        }
        // Permanent: a buffer that nobody uses any more at the end of a scope is not held against the scope.
        return site.open(((Buffer) resource).capacity(), NOTHING, nothing -> {}).permanent();
    }

    /** A guard for what this thread's caller will get later; null if nobody is to be blamed for it. */
    @SuppressWarnings("MustBeClosedChecker") // by whoever asked for it, or when the resource is closed
    @Nullable
    Guard<?> expect(Kind kind) {
        Origin origin = Origin.find(kind);
        return origin == null
                ? null
                : detector(kind.type()).site(origin.label()).open(NOTHING, nothing -> {});
    }

    /** Notes a resource whose guard, if it gets one, comes later: so a close in between is seen. */
    void expected(Object resource) {
        open.putIfAbsent(resource, null);
    }

    /** Gives a noted resource its guard; closes the guard if the resource was closed meanwhile. */
    void arrived(Object resource, Guard<?> guard) {
        if (!open.setIfUnset(resource, guard)) {
            guard.close();
        }
    }

    /** A resource is being closed, by whoever. */
    void closed(Object resource) {
        if (open.isEmpty()) {
            return;
        }
        try {
            if (!isCollector(Thread.currentThread())) {
                Guard<?> guard = open.remove(resource);
                if (guard != null) {
                    guard.close();
                }
            }
        } catch (Throwable failure) {
            failures.incrementAndGet();
        }
    }

    /** The JDK's last resort for executors that were dropped: what is closed there was leaked. */
    private static boolean isCollector(Thread thread) {
        String name = thread.getName();
        return thread.getClass() != Thread.class
                && Origin.isJdk(thread.getClass())
                && (name.equals("Finalizer") || name.equals("Common-Cleaner"));
    }

    /** Forgets what the collector has found. Direct buffers are closed by that, others were reported or are about to be. */
    void release() {
        for (Guard<?> guard : open.takeCollected()) {
            if (guard.site() != null && guard.site().detector().type().equals(Kind.DIRECT_BUFFER.type())) {
                guard.close();
            }
        }
    }

    /** Ends the watch: what is open now is no leak of ours. */
    void forget() {
        ended = true;
        for (Guard<?> guard : open.takeAll()) {
            try {
                guard.detach();
            } catch (IllegalStateException closedMeanwhile) {
                // Nothing left to do.
            }
        }
        detectors.clear();
        own.forEach(LeakDetector::close);
        own.clear();
    }

    /** Runs a piece of our own code in the middle of the JDK's. */
    void quietly(Runnable step) {
        try {
            if (busy.get() != null) {
                return;
            }
            busy.set(true);
            try {
                step.run();
            } finally {
                busy.remove();
            }
        } catch (Throwable failure) {
            failures.incrementAndGet();
        }
    }

    /** The detector of a type, which captures every stack; a system property or the user's own detector may say otherwise. */
    private LeakDetector detector(String type) {
        return detectors.computeIfAbsent(type, name -> {
            try {
                LeakDetector fresh =
                        LeakDetector.builder(name).level(TrackingLevel.FULL).build();
                own.add(fresh);
                return fresh;
            } catch (IllegalStateException present) {
                return LeakDetector.of(name);
            }
        });
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    long failures() {
        return failures.get();
    }
}
