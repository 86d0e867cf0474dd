package io.watertight.examples;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetectorBuilder;
import java.time.Duration;

/** One leak pattern: a program that has the leak, and the same program without it. */
interface Ward {
    /** Names the pattern, in the table too. */
    String pattern();

    /** Says in one sentence what the program does wrong. */
    String story();

    /** The type of the resource, as reports say it. */
    String type();

    /** The type that its findings say; not {@link #type()} where the library itself is what is forgotten. */
    default String reportedType() {
        return type();
    }

    /** What the finding has to rest on: the name of an {@link Evidence}, or {@link Finding#REFUSED}. */
    default String evidence() {
        return Evidence.GC_PROVEN.name();
    }

    /** Settings of the detector that watches this ward's resources. */
    default LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector;
    }

    /** Whether a finding with the right evidence says everything that it has to say of this leak. */
    default boolean confirms(Finding finding) {
        return true;
    }

    /** Leaks; whatever keeps the resource from the collector is handed to {@link Room#afterwards}. */
    void leak(Room room) throws Exception;

    /** Does the same work without the leak. */
    void fix(Room room) throws Exception;
}
