package io.watertight.guards;

/**
 * What this library has cost and what it could not deliver.
 *
 * @param captureNanos time spent walking stacks to find acquisition sites
 * @param sites sites in the table
 * @param siteOverflows acquisitions whose site found no room in the table and were counted at their type's common site
 * @param droppedReports reports lost because the queue was full; the findings are counted at their sites
 * @param suppressedReports reports held back by a suppression
 * @param listenerFailures exceptions thrown by listeners
 * @param libraryFailures failures inside this library, for example a thread that could not be started
 */
public record WatertightStats(
        long captureNanos,
        long sites,
        long siteOverflows,
        long droppedReports,
        long suppressedReports,
        long listenerFailures,
        long libraryFailures) {}
