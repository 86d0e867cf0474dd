package io.watertight.examples;

import io.watertight.caches.BoundedMap;
import io.watertight.caches.CeilingPolicy;
import io.watertight.caches.WatchedMap;
import io.watertight.caches.WatchedMapStats;
import io.watertight.guards.Guard;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A static map into which everything is put, and out of which nothing is taken.
 *
 * <p>The first step is a map that says so. The second is one with a bound; or, for what cannot be made again and so must not be
 * evicted, mappings that end with what they are for.
 */
final class GrowingMapWard implements Ward {
    private static final int COME = 10_000;
    private static final int CEILING = 1_000;
    private static final int SIZE = 1 << 10;

    /** The leak. */
    private static final Map<String, Session> SESSIONS = new ConcurrentHashMap<>();

    @Override
    public String pattern() {
        return "static map that only grows";
    }

    @Override
    public String story() {
        return "Ten thousand sessions come and go, and each stays in a static map.";
    }

    @Override
    public String type() {
        return "session";
    }

    @Override
    public String evidence() {
        return Finding.GROWING;
    }

    /** The very first entry above the ceiling must be reported, and how fast the map grows. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.count() == CEILING + 1 && !finding.words().contains("growth=+0 ");
    }

    private static final class Session {
        private final byte[] basket = new byte[SIZE];

        void visit() {
            basket[0]++;
        }
    }

    @Override
    public void leak(Room room) {
        room.afterwards(SESSIONS::clear);
        List<WeakReference<Session>> sessions = serve(room, SESSIONS);
        long kept = kept(sessions);
        room.see(
                kept == COME,
                "a static map of the JDK: " + COME + " sessions have come and gone, and " + kept + " are still there");

        WatchedMap<String, Session> watched = watched(room);
        List<WeakReference<Session>> known = serve(room, watched);
        WatchedMapStats stats = watched.stats();
        room.see(
                kept(known) == COME && stats.isOverCeiling(),
                "a watched map: keeps all " + stats.size() + ", too, and reports the first above its ceiling of "
                        + stats.ceiling());
    }

    @Override
    public void fix(Room room) {
        BoundedMap<String, Session> bounded =
                BoundedMap.<String, Session>builder(type()).maximumSize(CEILING).build();
        List<WeakReference<Session>> sessions = serve(room, bounded);
        long size = bounded.stats().size();
        long kept = kept(sessions);
        room.see(
                size != CEILING || kept > CEILING,
                "a bounded map: of " + COME + " sessions the " + kept + " for which there is room are there");

        WatchedMap<String, Session> watched = watched(room);
        for (int i = 0; i < COME; i++) {
            try (Guard<Session> mapping = watched.putScoped("session:" + i, new Session())) {
                mapping.get().visit();
            }
        }
        room.see(!watched.isEmpty(), "a watched map, whose mappings end with their sessions: " + watched.size());
    }

    private WatchedMap<String, Session> watched(Room room) {
        return WatchedMap.<String, Session>builder(type())
                .ceiling(CEILING, CeilingPolicy.REPORT)
                .onNoRoom(stats -> room.growing(stats.size(), words(stats)))
                .build();
    }

    private static String words(WatchedMapStats stats) {
        return String.format(
                "watched map '%s': more entries than its ceiling (size=%d, ceiling=%d, growth=%+.0f a minute)",
                stats.name(), stats.size(), stats.ceiling(), stats.growthPerMinute());
    }

    /** The program: the same for all maps. */
    private static List<WeakReference<Session>> serve(Room room, Map<String, Session> sessions) {
        List<WeakReference<Session>> come = new ArrayList<>();
        for (int i = 0; i < COME; i++) {
            Session session = new Session();
            come.add(new WeakReference<>(session));
            room.here(sessions).put("session:" + i, session);
            session.visit();
        }
        return come;
    }

    /** How many of them the collector leaves there. */
    private static long kept(List<WeakReference<Session>> sessions) {
        Patience.collect();
        return sessions.stream().filter(session -> !session.refersTo(null)).count();
    }
}
