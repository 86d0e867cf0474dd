package io.watertight.guards;

/** What belongs to a {@link LeakScope}, of what is opened while no scope inside it is open. */
public enum ScopeReach {
    /** What the opening thread opens, and what tasks {@linkplain LeakScope#wrap(Runnable) wrapped} by the scope open. */
    THREAD,

    /**
     * That, and what threads open that were started inside the scope, at whatever depth, platform or virtual: for tests.
     * A thread that is started without inheriting thread-locals is not seen, nor is another worker of the fork-join pool
     * that the opener works in: it works for everybody there. A started thread keeps the scope, which is
     * small, until it ends.
     */
    STARTED_THREADS,

    /** Whatever is opened outside of all other scopes, on whatever thread: for a whole run of tests. One at a time. */
    EVERYWHERE
}
