package io.watertight.pools;

/** What a pool does with an object whose lease was dropped, which is proven by the garbage collector. */
public enum LeakPolicy {
    /**
     * Let go of it without destroying it, because whoever dropped the lease may still use the object, and fill its place
     * again: the default.
     */
    RETIRE,
    /** Destroy it and fill its place again. Only for objects that are of no use without their lease. */
    DESTROY
}
