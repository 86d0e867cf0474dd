package io.watertight.pools;

/** What a pool does with an object that comes back dirty. */
public enum DirtyPolicy {
    /** Count and log it, and keep the object; it is reset like every other. */
    REPORT,
    /** Count and log it, and destroy the object. */
    DESTROY
}
