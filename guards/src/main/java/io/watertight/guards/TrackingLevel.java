package io.watertight.guards;

/**
 * How closely the resources of one type are watched.
 *
 * <p>The level can be changed at any time ({@link LeakDetector#level(TrackingLevel)}, or the system properties
 * {@code watertight.level} and {@code watertight.level.<type>} at start). A resource closes at the level it was opened
 * at, so counts stay exact across changes. Whatever the level, a cleanup runs exactly once.
 */
public enum TrackingLevel {
    /** Nothing is recorded; a guard costs what a bare handle costs. */
    OFF,
    /** Acquisitions and releases are counted by site; a dropped resource shows as outstanding for ever. */
    COUNT,
    /** The default: every resource is recorded, every leak is counted and attributed as its site allows. */
    TRACK,
    /** As {@link #TRACK}, and the whole stack of every acquisition is kept. */
    FULL,
    /** As {@link #FULL}, and misuse throws: a second close, and use of a confined guard from another thread. */
    STRICT
}
