package io.watertight.examples;

import io.watertight.guards.Evidence;
import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetectorBuilder;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A weak map that only grows, because each value reaches its own key.
 *
 * <p>Each entry is a resource whose guard lies in the value. Nobody closes it: a probe says that it is open as long as
 * the key is there. An entry that goes as it should is not reported; one that stays is overdue.
 */
final class WeakMapWard implements Ward {
    private static final int SESSIONS = 100;

    @Override
    public String pattern() {
        return "weak map value reaches its key";
    }

    @Override
    public String story() {
        return "Profiles are kept in a WeakHashMap by session, and each profile refers to its session.";
    }

    @Override
    public String type() {
        return "profile of a session";
    }

    @Override
    public String evidence() {
        return Evidence.OVERDUE.name();
    }

    @Override
    public LeakDetectorBuilder settings(LeakDetectorBuilder detector, Duration limit) {
        return detector.overdueAfter(limit).isStillOpen(Entry.class, Entry::isKeyThere);
    }

    @Override
    public boolean confirms(Finding finding) {
        return finding.open() == SESSIONS;
    }

    private record Session(String user) {
        /** By identity, as keys of a weak map have to be. */
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private record Profile(
            Guard<Entry> guard, String language, @Nullable Session session) {}

    private record Entry(WeakReference<Session> key) {
        boolean isKeyThere() {
            return !key.refersTo(null);
        }

        void forget() {
            key.clear();
        }
    }

    @Override
    public void leak(Room room) {
        Map<Session, Profile> profiles = new WeakHashMap<>();
        serve(room, profiles, true);
        room.afterwards(profiles::clear);
        see(room, profiles);
    }

    @Override
    public void fix(Room room) {
        Map<Session, Profile> profiles = new WeakHashMap<>();
        serve(room, profiles, false);
        see(room, profiles);
    }

    private static void serve(Room room, Map<Session, Profile> profiles, boolean leaking) {
        for (int i = 0; i < SESSIONS; i++) {
            Session session = new Session("user " + i);
            profiles.put(session, new Profile(watch(room, session), "en", leaking ? session : null));
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // goes with its entry; see above
    private static Guard<Entry> watch(Room room, Session session) {
        Entry entry = new Entry(new WeakReference<>(session));
        return room.here().open(entry, Entry::forget);
    }

    private static void see(Room room, Map<Session, Profile> profiles) {
        Patience.collect();
        int size = profiles.size();
        room.see(size > 0, "entries after all " + SESSIONS + " sessions are gone: " + size);
    }
}
