package io.watertight.guards;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** Which scope each thread is in. A map, not thread-locals: an entry can be removed, and none outlives its scope. */
final class Scopes {
    private final LeakRegistry registry;
    private final ConcurrentMap<Thread, LeakScope> byThread = new ConcurrentHashMap<>();

    Scopes(LeakRegistry registry) {
        this.registry = registry;
    }

    boolean isAnyOpen() {
        return !byThread.isEmpty();
    }

    @Nullable
    LeakScope current() {
        return byThread.isEmpty() ? null : byThread.get(Thread.currentThread());
    }

    LeakScope begin(String name) {
        LeakScope scope = new LeakScope(registry, name, current());
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

    void end(LeakScope scope) {
        rebind(scope.outer());
    }
}
