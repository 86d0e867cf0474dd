package io.watertight.guards;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
        LeakScope started = inheriting ? inherited.get() : null;
        return started == null || started.isEnded() ? everywhere : started;
    }

    LeakScope begin(String name) {
        return begin(name, ScopeReach.THREAD, TrackingLevel.OFF);
    }

    LeakScope begin(String name, ScopeReach reach, TrackingLevel atLeast) {
        LeakScope outer = reach == ScopeReach.EVERYWHERE ? everywhere : byThread.get(Thread.currentThread());
        LeakScope scope = new LeakScope(registry, name, reach, atLeast, outer);
        if (reach == ScopeReach.EVERYWHERE) {
            everywhere = scope;
            registry.recomputePaths();
            return scope;
        }
        if (reach == ScopeReach.STARTED_THREADS) {
            inheriting = true;
            inherited.set(scope);
        }
        bind(scope);
        return scope;
    }

    /** Binds a scope to the calling thread; returns the one before. */
    @Nullable
    LeakScope bind(LeakScope scope) {
        LeakScope before = byThread.put(Thread.currentThread(), scope);
        registry.recomputePaths();
        return before;
    }

    void rebind(@Nullable LeakScope before) {
        if (before == null) {
            byThread.remove(Thread.currentThread());
        } else {
            byThread.put(Thread.currentThread(), before);
        }
        registry.recomputePaths();
    }

    /** A scope that was never closed ends with its thread. */
    void forgetDeadThreads() {
        byThread.keySet().removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    }

    /** Ends a scope, and scopes inside it that were forgotten. */
    void end(LeakScope scope) {
        LeakScope outer = scope.outer();
        if (scope.reach() == ScopeReach.EVERYWHERE) {
            everywhere = outer;
            registry.recomputePaths();
            return;
        }
        if (scope.reach() == ScopeReach.STARTED_THREADS) {
            LeakScope next = outer;
            while (next != null && next.reach() != ScopeReach.STARTED_THREADS) {
                next = next.outer();
            }
            if (next == null) {
                inherited.remove();
            } else {
                inherited.set(next);
            }
        }
        rebind(outer);
    }
}
