package io.watertight.guards;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ForkJoinWorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * Which scope each thread is in. A map, not thread-locals: an entry can be removed, and none outlives its scope. Only
 * scopes that reach started threads use an inheritable thread-local as well, because nothing else is inherited.
 */
final class Scopes {
    private final LeakRegistry registry;
    private final ConcurrentMap<Thread, LeakScope> byThread = new ConcurrentHashMap<>();

    @SuppressWarnings("ThreadLocalUsage") // there is one registry in a program
    private final InheritableThreadLocal<LeakScope> inherited = new InheritableThreadLocal<>();

    /** Once a scope was inherited: else nobody asks, because asking leaves an entry on the asking thread. */
    private volatile boolean inheriting;

    private volatile @Nullable LeakScope everywhere;

    Scopes(LeakRegistry registry) {
        this.registry = registry;
    }

    boolean isAnyOpen() {
        return everywhere != null || !byThread.isEmpty();
    }

    /** The scope that the calling thread opens resources in. */
    @Nullable
    LeakScope current() {
        if (byThread.isEmpty()) {
            return everywhere;
        }
        LeakScope bound = byThread.get(Thread.currentThread());
        if (bound != null) {
            return bound;
        }
        LeakScope started = inheriting ? startedIn() : null;
        return started == null ? everywhere : started;
    }

    /**
     * The scope that the calling thread was started in. A worker of the fork-join pool that the scope's opener works in as
     * well is its sibling: it works for the whole pool, whoever happened to be the one that made it start.
     */
    private @Nullable LeakScope startedIn() {
        LeakScope scope = LeakScope.innermostInherited(inherited.get());
        return scope != null && areSiblings(Thread.currentThread(), scope.opener()) ? null : scope;
    }

    private static boolean areSiblings(Thread one, Thread other) {
        return one instanceof ForkJoinWorkerThread worker
                && other instanceof ForkJoinWorkerThread sibling
                && worker.getPool() == sibling.getPool();
    }

    LeakScope begin(String name) {
        return begin(name, ScopeReach.THREAD, TrackingLevel.OFF);
    }

    LeakScope begin(String name, ScopeReach reach, TrackingLevel atLeast) {
        if (reach == ScopeReach.EVERYWHERE) {
            return beginEverywhere(name, atLeast);
        }
        boolean inherits = reach == ScopeReach.STARTED_THREADS;
        LeakScope outer = byThread.get(Thread.currentThread());
        LeakScope scope =
                new LeakScope(registry, name, reach, atLeast, outer, inherits && inheriting ? inherited.get() : null);
        if (inherits) {
            inheriting = true;
            inherited.set(scope);
        }
        bind(scope);
        return scope;
    }

    private synchronized LeakScope beginEverywhere(String name, TrackingLevel atLeast) {
        LeakScope scope = new LeakScope(registry, name, ScopeReach.EVERYWHERE, atLeast, everywhere, null);
        everywhere = scope;
        registry.recomputePaths();
        return scope;
    }

    /** Binds a scope to the calling thread; returns the one before. */
    @Nullable
    LeakScope bind(LeakScope scope) {
        LeakScope before = byThread.put(Thread.currentThread(), scope);
        registry.recomputePaths();
        return before;
    }

    /** Binds the calling thread as before, but for what has ended meanwhile. */
    void rebind(@Nullable LeakScope before) {
        LeakScope next = LeakScope.innermostOpen(before);
        if (next == null) {
            byThread.remove(Thread.currentThread());
        } else {
            byThread.put(Thread.currentThread(), next);
        }
        registry.recomputePaths();
    }

    /** A scope that was never closed ends with its thread. */
    void forgetDeadThreads() {
        byThread.keySet().removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    }

    /** Ends a scope, and scopes inside it that were forgotten; what is around it may have ended before. */
    void end(LeakScope scope) {
        if (scope.reach() == ScopeReach.EVERYWHERE) {
            synchronized (this) {
                everywhere = LeakScope.innermostOpen(everywhere); // those inside it are of other runs, and go on
            }
        } else {
            byThread.computeIfPresent(scope.opener(), (opener, bound) -> bound.endUpTo(scope));
            if (Thread.currentThread() == scope.opener()) {
                restoreInherited();
            }
        }
        registry.recomputePaths();
    }

    /** The thread inherits again what it did before the scopes that have ended. */
    private void restoreInherited() {
        if (!inheriting) {
            return;
        }
        LeakScope next = inherited.get();
        while (next != null && next.isEnded()) {
            next = next.inheritedBefore();
        }
        if (next == null) {
            inherited.remove();
        } else {
            inherited.set(next);
        }
    }
}
