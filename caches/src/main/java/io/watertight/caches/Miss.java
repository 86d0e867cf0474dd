package io.watertight.caches;

/** What is remembered of a key that is not in the cache. Immutable. */
sealed interface Miss {
    /** Says for how long to remember it. */
    long lifeNanos();

    /** The loader said that there is no value. */
    record Absent(long lifeNanos) implements Miss {}

    /** The filter said that there is no value, and the loader is asked nevertheless. */
    record Audit(long lifeNanos) implements Miss {}

    /**
     * The loader failed.
     *
     * @param cause what it threw last
     * @param count how often, without a success or a long time between
     * @param retryAtNanos when it may be called again
     */
    record Failure(Throwable cause, int count, long retryAtNanos, long lifeNanos) implements Miss {}
}
