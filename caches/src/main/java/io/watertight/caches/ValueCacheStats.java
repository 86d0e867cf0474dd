package io.watertight.caches;

/**
 * The numbers of a {@link ValueCache} at one moment; while others use it, they need not add up.
 *
 * @param size values in it
 * @param hits questions that were answered from it; 0 unless {@link ValueCacheBuilder#recordHits} was called
 * @param misses questions that were not, of {@code get} and of {@code getIfPresent}
 * @param loads loads that began, refreshes included
 * @param absent loads that found no value
 * @param failures loads that failed
 * @param timeouts loads that took too long
 * @param refused loads that did not begin, because too many were in flight
 * @param late loads that ended when nobody waited any more
 * @param inFlight loads that go on
 * @param evicted values evicted for the bound
 * @param expired values evicted for their age
 * @param stale values that have expired and are kept for when none can be loaded
 * @param staleServed how often such a value was given out
 */
public record ValueCacheStats(
        long size,
        long hits,
        long misses,
        long loads,
        long absent,
        long failures,
        long timeouts,
        long refused,
        long late,
        int inFlight,
        long evicted,
        long expired,
        long stale,
        long staleServed) {}
