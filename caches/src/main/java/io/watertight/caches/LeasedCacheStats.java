package io.watertight.caches;

/**
 * What a {@link LeasedCache} says of itself: exact counts, each taken at its own moment.
 *
 * @param resident values in the cache
 * @param open values that are open: resident, or dropped by the cache and still leased, or about to be closed
 * @param leases leases that are open
 * @param zombies values that the cache has dropped, and that are still leased
 * @param toClose values nobody uses any more, which wait for a thread that closes them
 * @param closing values that are being closed now
 * @param closed values that were closed
 * @param closeFailures of those, how many threw
 * @param inFlight loaders that have not returned
 * @param loads loads that were begun
 * @param loadFailures of those, how many threw
 * @param loadTimeouts of those, how many did not return in time
 * @param absent of those, how many found no value
 * @param lateValues of those, how many returned a value that nobody wanted any more; it was closed
 * @param refused misses that were not loaded because too much was in flight or open
 * @param redundantCloses closes of leases that were closed
 */
public record LeasedCacheStats(
        int resident,
        int open,
        long leases,
        int zombies,
        int toClose,
        int closing,
        long closed,
        long closeFailures,
        int inFlight,
        long loads,
        long loadFailures,
        long loadTimeouts,
        long absent,
        long lateValues,
        long refused,
        long redundantCloses) {}
