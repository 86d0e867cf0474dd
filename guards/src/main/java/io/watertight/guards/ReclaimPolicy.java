package io.watertight.guards;

/** What happens to a resource whose handle was dropped without close. */
public enum ReclaimPolicy {
    /** It is reported and left alone: the default. */
    REPORT_ONLY,
    /**
     * It is reported, and its cleanup is run on a thread of this library. Only for cleanups that any thread may run, that
     * do not block, and whose resource nobody can reach but through the guard.
     */
    RECLAIM
}
