package io.watertight.caches;

/**
 * The numbers of a {@link LoadDefence} at one moment; while others use it, they need not add up.
 *
 * @param admitted loads that were let through
 * @param refusedByRate loads that were refused because there were too many in a second
 * @param absentHits questions for keys that the loader had said not to exist, answered without it
 * @param failureHits questions for keys whose load had failed, answered with that failure
 * @param failuresRemembered loads that failed, and whose keys had to wait
 * @param remembered keys that are remembered now, of either kind
 * @param filterNo keys that the filter said not to exist, including those that were loaded nevertheless
 * @param filterAudited keys of those that were loaded nevertheless, to check the filter
 * @param filterWrong keys of those that did exist: each stands for about a thousand values that users did not get
 * @param filterReady whether the filter answers
 * @param filterFalsePositiveRate the part of absent keys it does not recognise, as it is filled now; 1 while it does not answer
 * @param filterRebuilds how often it was filled
 * @param filterFailures how often its filling failed, and how often a key could not be read
 */
public record LoadDefenceStats(
        long admitted,
        long refusedByRate,
        long absentHits,
        long failureHits,
        long failuresRemembered,
        long remembered,
        long filterNo,
        long filterAudited,
        long filterWrong,
        boolean filterReady,
        double filterFalsePositiveRate,
        long filterRebuilds,
        long filterFailures) {}
