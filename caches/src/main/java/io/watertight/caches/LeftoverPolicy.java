package io.watertight.caches;

/** What becomes of values that are still leased when the time to close a {@link LeasedCache} is up. */
public enum LeftoverPolicy {
    /** They stay open until their last lease is closed, or found dropped by the collector, and are closed then. */
    ABANDON,
    /** They are closed under those who use them. Not for memory whose use after that is more than an exception. */
    FORCE
}
