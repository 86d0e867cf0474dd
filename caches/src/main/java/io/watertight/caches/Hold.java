package io.watertight.caches;

/** What a {@link CacheLease} stands on: a handle, one that is watched, or nothing any more. */
abstract class Hold<V> {
    /** The value. */
    abstract V value();

    /** Gives it back, once. */
    abstract void release();

    /** Gives it back, and decides that the caller owns the value; calls no code of users. Then comes {@link #detached}. */
    abstract V detach();

    /** Takes the value, which is the caller's, out of the cache. */
    abstract void detached();

    /** What takes the place of this when the lease has ended. */
    abstract EndedHold<V> ended();
}
