package io.watertight.guards;

/**
 * Receives leak reports.
 *
 * <p>Called on a thread of this library, one report at a time, outside all locks, from a bounded queue: a listener that
 * blocks delays the reports behind it and, when the queue is full, makes them be dropped and counted. What a listener
 * throws is counted and logged once.
 */
@FunctionalInterface
public interface LeakListener {
    /**
     * Takes one report.
     *
     * @param report what was found
     */
    void onLeak(LeakReport report);
}
