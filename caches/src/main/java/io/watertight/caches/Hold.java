package io.watertight.caches;

/** What a {@link CacheLease} stands on: a handle, one that is watched, or nothing any more. */
abstract class Hold<V> {
    /** The value. */
    abstract V value();

    /** Gives it back, once. */
    abstract void release();

    /** Gives it back, and takes the value out of the cache: the caller owns it. */
    abstract V detach();

    /** What takes the place of this when the lease has ended. */
    abstract EndedHold<V> ended();
}
