package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.internal.Books;
import java.util.Objects;

/**
 * The front door for everything that concerns all types at once: listeners, snapshots, scopes, suppressions, and the end.
 *
 * <p>Thread-safe.
 */
public final class Watertight {
    static final LeakRegistry REGISTRY = new LeakRegistry();

    static {
        Books.install((type, keeper) -> new RegistryBooks(type, keeper, REGISTRY));
    }

    private Watertight() {}

    /**
     * Adds a listener for the reports of all types.
     *
     * @param listener gets each report after the rate limit: the first of a kind at a site at once, then one a minute
     * @return close it to remove the listener; the registration is not watched itself
     */
    public static Lease<LeakListener> onLeak(LeakListener listener) {
        return REGISTRY.reporter.addListener(listener);
    }

    /**
     * Lists everything that is open, by type and site.
     *
     * @return the snapshot
     */
    public static Outstanding outstanding() {
        return REGISTRY.outstanding(null);
    }

    /**
     * Lists what components have out that keep their own books, and nothing else.
     *
     * @return the snapshot
     */
    public static Outstanding outstandingOfSources() {
        return REGISTRY.outstandingOfSources();
    }

    /**
     * Adds a component's own books to the snapshots. It is held weakly.
     *
     * @param source the books
     */
    public static void addSource(OutstandingSource source) {
        REGISTRY.addSource(Objects.requireNonNull(source, "source"));
    }

    /**
     * Takes a component's books out of the snapshots.
     *
     * @param source the books
     */
    public static void removeSource(OutstandingSource source) {
        REGISTRY.removeSource(Objects.requireNonNull(source, "source"));
    }

    /**
     * Opens a scope on the calling thread.
     *
     * @param name how reports name it
     * @return the scope: close it on this thread
     */
    @MustBeClosed
    public static LeakScope scope(String name) {
        return REGISTRY.scopes.begin(Objects.requireNonNull(name, "name"));
    }

    /**
     * Opens a scope that reaches further than the calling thread: for test frameworks.
     *
     * @param name how reports name it
     * @param reach what belongs to it
     * @param atLeast what is opened in it is tracked at this level, unless its type has a higher one or is {@link
     *     TrackingLevel#OFF}
     * @return the scope: close or {@linkplain LeakScope#end() end} it on this thread
     */
    @MustBeClosed
    public static LeakScope scope(String name, ScopeReach reach, TrackingLevel atLeast) {
        return REGISTRY.scopes.begin(
                Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(reach, "reach"),
                Objects.requireNonNull(atLeast, "atLeast"));
    }

    /**
     * Changes the level of every type that exists now.
     *
     * @param level the level
     */
    public static void level(TrackingLevel level) {
        Objects.requireNonNull(level, "level");
        REGISTRY.detectors().forEach(detector -> detector.level(level));
    }

    /**
     * Accepts a known leak: it is counted, and not reported. The system property {@code watertight.suppress} does the
     * same with {@code type@sitePart}, several separated by semicolons.
     *
     * @param type the type, or {@code *} for all
     * @param sitePart a part of the site's label or of a line of its example stack; empty for every site
     */
    public static void suppress(String type, String sitePart) {
        REGISTRY.reporter.suppressions.add(
                Objects.requireNonNull(type, "type"), Objects.requireNonNull(sitePart, "sitePart"));
    }

    /**
     * Does now, on this thread, what the threads of this library do in the background: finds collected and overdue
     * resources and calls the listeners. For tests, and for programs that want no threads to wait for.
     */
    public static void pump() {
        REGISTRY.pump();
    }

    /**
     * Says what this library itself has cost and lost.
     *
     * @return the numbers now
     */
    public static WatertightStats stats() {
        return REGISTRY.stats();
    }

    /**
     * Ends every thread and removes every hook of this library, for good: call it when the class loader that loaded this
     * library is about to be dropped. Waits for a listener that is running. What is open can still be closed; what is
     * opened from now on is not tracked.
     */
    public static void shutdown() {
        REGISTRY.shutDown();
    }
}
