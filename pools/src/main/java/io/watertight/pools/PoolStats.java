package io.watertight.pools;

import java.util.Map;

/**
 * The numbers of a pool at one moment; while others use it, they need not add up.
 *
 * @param capacity objects it may have
 * @param alive places that are not empty: objects, and those being made, destroyed or given up as lost
 * @param idle objects nobody uses
 * @param leased objects out
 * @param waiting callers that wait
 * @param creating objects being made
 * @param hung calls of the allocator that did not return in time and still run
 * @param lost places given up because too many objects leaked
 * @param leases leases that have ended, since the start
 * @param created objects made
 * @param createFailures calls of {@link Allocator#create} that failed or were given up
 * @param timeouts callers that waited in vain
 * @param leaked leases that were dropped
 * @param abandoned objects let go of without an end: leaked ones, and those whose check or end hung
 * @param overdue leases that were reported overdue
 * @param redundantCloses second closes of a lease
 * @param detached objects given away for good
 * @param dirtyReturns objects that came back dirty
 * @param destroyed objects destroyed, by reason
 */
public record PoolStats(
        int capacity,
        int alive,
        int idle,
        int leased,
        int waiting,
        int creating,
        int hung,
        int lost,
        long leases,
        long created,
        long createFailures,
        long timeouts,
        long leaked,
        long abandoned,
        long overdue,
        long redundantCloses,
        long detached,
        long dirtyReturns,
        Map<DestroyReason, Long> destroyed) {
    /**
     * Sums up what was destroyed.
     *
     * @return objects destroyed, for whatever reason
     */
    public long destroyedInAll() {
        return destroyed.values().stream().mapToLong(Long::longValue).sum();
    }
}
