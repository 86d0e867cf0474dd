package io.watertight.guards;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Opening a guard in every case but the one that {@link Site#open(Object, CleanupAction)} handles itself. */
final class SlowPath {
    private SlowPath() {}

    static <T> Guard<T> open(
            Site site, long bytes, @Nullable Object referent, T resource, CleanupAction<? super T> action) {
        LeakDetector detector = site.detector();
        TrackingLevel own = detector.effectiveLevel();
        if (own == TrackingLevel.OFF) {
            return new Guard<>(resource, action, Guard.Untracked.OFF);
        }
        LeakScope scope = site.registry().scopes.current();
        TrackingLevel level = scope == null ? own : scope.raise(own);
        if (level == TrackingLevel.COUNT) {
            Guard<T> guard = new Guard<>(resource, action, site.countedOpen());
            site.countAcquisition();
            return guard;
        }
        return track(site, level, bytes, referent, resource, action, detector.reclaims(), scope);
    }

    /** For {@link Tracker#register}: the action must run after a collection whatever the level. */
    static Guard<Runnable> openReclaimed(Site site, Object referent, Runnable action) {
        TrackingLevel level = site.detector().effectiveLevel();
        TrackingLevel atLeastTrack = level.compareTo(TrackingLevel.TRACK) < 0 ? TrackingLevel.TRACK : level;
        LeakScope scope = site.registry().scopes.current();
        return track(site, atLeastTrack, 0, referent, action, Runnable::run, true, scope);
    }

    private static <T> Guard<T> track(
            Site site,
            TrackingLevel level,
            long bytes,
            @Nullable Object referent,
            T resource,
            CleanupAction<? super T> action,
            boolean reclaim,
            @Nullable LeakScope scope) {
        LeakRegistry registry = site.registry();
        boolean full = level.compareTo(TrackingLevel.FULL) >= 0;
        boolean jfr = registry.jfr().recordsUse();
        T held = reclaim || site.detector().probe() != null ? resource : null;
        Throwable acquisition = full ? registry.captureAcquisition() : null;
        Thread thread = Thread.currentThread();
        try {
            Guard<T> guard = new Guard<>(resource, action);
            Object watched = referent == null ? guard : referent;
            LeakRecord record;
            if (full || jfr || scope != null) {
                record = new DetailedRecord<>(
                        watched, registry.queue, thread, bytes, held, action, reclaim, registry, acquisition, scope);
            } else if (held != null) {
                record = new LeakRecord.Holding<>(
                        watched, registry.queue, registry.clock.tick(), thread, bytes, held, action, reclaim);
            } else {
                record = new LeakRecord.Sized(watched, registry.queue, registry.clock.tick(), thread, bytes);
            }
            record.flagPlain((level == TrackingLevel.STRICT ? LeakRecord.STRICT : 0)
                    | (referent == null ? 0 : LeakRecord.FOREIGN_REFERENT));
            if (scope != null) {
                scope.use();
            }
            if (jfr) {
                registry.jfr().acquired(site, bytes);
            }
            return site.link(guard, record, thread);
        } finally {
            Reference.reachabilityFence(referent);
        }
    }
}
