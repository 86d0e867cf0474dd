package io.watertight.guards;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** Opening a guard in every case but the one that {@link Site#open(Object, CleanupAction)} handles itself. */
final class SlowPath {
    private SlowPath() {}

    static <T> Guard<T> open(
            Site site, long bytes, @Nullable Object referent, T resource, CleanupAction<? super T> action) {
        LeakDetector detector = site.detector();
        TrackingLevel level = detector.effectiveLevel();
        if (level == TrackingLevel.OFF) {
            return new Guard<>(resource, action, Guard.Untracked.OFF);
        }
        if (level == TrackingLevel.COUNT) {
            Guard<T> guard = new Guard<>(resource, action, site.countedOpen());
            site.countAcquisition();
            return guard;
        }
        return track(site, level, bytes, referent, resource, action, detector.reclaims());
    }

    /** For {@link Tracker#register}: the action must run after a collection whatever the level. */
    static Guard<Runnable> openReclaimed(Site site, Object referent, Runnable action) {
        TrackingLevel level = site.detector().effectiveLevel();
        TrackingLevel atLeastTrack = level.compareTo(TrackingLevel.TRACK) < 0 ? TrackingLevel.TRACK : level;
        return track(site, atLeastTrack, 0, referent, action, Runnable::run, true);
    }

    private static <T> Guard<T> track(
            Site site,
            TrackingLevel level,
            long bytes,
            @Nullable Object referent,
            T resource,
            CleanupAction<? super T> action,
            boolean reclaim) {
        LeakRegistry registry = site.registry();
        boolean full = level.compareTo(TrackingLevel.FULL) >= 0;
        boolean jfr = registry.jfr().recordsUse();
        LeakScope scope = registry.scopes.current();
        T held = reclaim || site.detector().probe() != null ? resource : null;
        Throwable acquisition = full ? registry.captureAcquisition() : null;
        Thread thread = Thread.currentThread();
        try {
            Guard<T> guard = new Guard<>(resource, action, referent, watched -> {
                if (full || jfr || scope != null) {
                    return new DetailedRecord<>(
                            watched,
                            registry.queue,
                            thread,
                            bytes,
                            held,
                            action,
                            reclaim,
                            registry,
                            acquisition,
                            scope);
                }
                int tick = registry.clock.tick();
                return held != null
                        ? new LeakRecord.Holding<>(watched, registry.queue, tick, thread, bytes, held, action, reclaim)
                        : new LeakRecord.Sized(watched, registry.queue, tick, thread, bytes);
            });
            if (level == TrackingLevel.STRICT) {
                guard.record().flagPlain(LeakRecord.STRICT);
            }
            if (referent != null) {
                guard.record().flagPlain(LeakRecord.FOREIGN_REFERENT);
            }
            site.table().link(guard.record(), thread);
            registry.watch();
            if (jfr) {
                registry.jfr().acquired(site, bytes);
            }
            return guard;
        } finally {
            Reference.reachabilityFence(referent);
        }
    }
}
