package io.watertight.caches;

import java.util.concurrent.ConcurrentHashMap;

/** A map that refuses, and the same by hand, for twins that do it wrong. */
final class WatchedMapFixture {
    static final String FIRST = "first";
    static final String SECOND = "second";

    private static volatile Throwable dawdled = new Throwable();

    private WatchedMapFixture() {}

    /** Takes a while: what a twin does wrong is to be seen in a short run, too. */
    static void dawdle() {
        dawdled = new Throwable();
    }

    static WatchedMap<String, Object> refusing(int ceiling) {
        return WatchedMap.<String, Object>builder("raced")
                .ceiling(ceiling, CeilingPolicy.REFUSE)
                .build();
    }

    /** Adds an entry, and says what became of it. */
    static String put(WatchedMap<String, Object> map, String key) {
        try {
            map.put(key, key);
            return "put";
        } catch (MapFullException full) {
            return "refused";
        }
    }

    static String audit(WatchedMap<String, Object> map) {
        return audit(map.keySet().stream().count(), map.stats().size());
    }

    static String audit(long entries, long counted) {
        return entries == counted ? entries + " counted" : entries + " counted as " + counted;
    }

    /** What a map consists of. */
    static final class Parts {
        final ConcurrentHashMap<String, Object> held = new ConcurrentHashMap<>();
        final Places places;

        Parts(int ceiling) {
            this.places = new Places(ceiling);
        }

        String audit() {
            return WatchedMapFixture.audit(held.keySet().stream().count(), places.taken());
        }
    }
}
