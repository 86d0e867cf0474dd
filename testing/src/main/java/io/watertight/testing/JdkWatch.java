package io.watertight.testing;

import io.watertight.guards.LeakScope;
import io.watertight.guards.Outstanding;
import io.watertight.testing.internal.jdk.JdkResources;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The watch over resources of the JDK, for the scopes that ask for it; started by the first of them. */
final class JdkWatch implements AutoCloseable {
    private final Set<LeakScope> scopes = ConcurrentHashMap.newKeySet();
    private volatile @Nullable JdkResources resources;

    /** From now on, what is opened in a scope is tracked. Takes a second the first time. */
    void begin(LeakScope scope) {
        if (resources == null) {
            install();
        }
        scopes.add(scope);
    }

    private synchronized void install() {
        if (resources == null) {
            resources = JdkResources.install(this::isWanted);
        }
    }

    boolean isActive() {
        JdkResources watch = resources;
        return watch != null && watch.isActive();
    }

    /** Asked in the middle of the JDK's code, by the thread that opens something. */
    private boolean isWanted() {
        LeakScope current = LeakScope.current();
        return current != null && scopes.contains(current);
    }

    void end(LeakScope scope) {
        scopes.remove(scope);
    }

    /** Direct buffers of a scope that a collection does not free: they have no close, so that only this is a leak. */
    List<FoundLeak> buffersLeft(LeakScope scope) {
        JdkResources watch = resources;
        if (watch == null || !scope.isUsed() || scope.outstanding().total(JdkResources.DIRECT_BUFFER) == 0) {
            return List.of();
        }
        boolean collected = GcBarrier.await();
        watch.releaseCollected();
        return scope.outstanding().entries().stream()
                .filter(entry -> collected && entry.type().equals(JdkResources.DIRECT_BUFFER))
                .map(JdkWatch::leak)
                .toList();
    }

    private static FoundLeak leak(Outstanding.Entry entry) {
        String text = entry.count() + " x '" + entry.type() + "' (" + entry.bytes()
                + " bytes) held by something: a collection does not free it; allocated at " + entry.site();
        return new FoundLeak(entry.type(), text, List.of(), entry.site());
    }

    @Override
    public void close() {
        JdkResources watch = resources;
        if (watch != null) {
            watch.close();
        }
    }
}
