package io.watertight.caches;

/** What a {@link WatchedMap} does with an entry for which there is no room below its ceiling. */
public enum CeilingPolicy {
    /** Takes the entry, and reports that there are too many: at once, and then once a minute while more come. */
    REPORT,

    /** Refuses the entry with a {@link MapFullException}: there are never more entries than the ceiling. Reports as well. */
    REFUSE
}
