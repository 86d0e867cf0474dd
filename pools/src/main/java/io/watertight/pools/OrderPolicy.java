package io.watertight.pools;

/** Which of several idle objects a pool gives out. */
public enum OrderPolicy {
    /** The one this thread found last, if it is free: the fastest, and the default. */
    AFFINITY,
    /** The one in the lowest place: what is not needed stays idle, and can expire. */
    COMPACT,
    /** Each in its turn, as far as threads go: all stay in use. */
    ROTATE
}
