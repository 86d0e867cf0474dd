package io.watertight.examples;

import io.watertight.caches.BoundedMap;
import io.watertight.caches.KeyAlert;
import io.watertight.caches.KeyProfile;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A cache whose keys have something in them that is new every time. */
final class KeyPrefixWard implements Ward {
    private static final List<String> LANGUAGES = List.of("de", "en", "fr", "it");
    private static final int PAGES = 100;
    private static final int REQUESTS = 20_000;
    private static final int CARTS = 4; // one request of so many
    private static final int KEYS = (PAGES + 1) * 4;
    private static final long SEED = 6;

    private static final int BOUND = 50_000;
    private static final double SHARE = 0.2;
    private static final double TIMES = 8;
    private static final long ENTRIES = 100;
    private static final String CULPRIT = "'page:cart:<uuid>'";

    @Override
    public String pattern() {
        return "cache key that explodes";
    }

    @Override
    public String story() {
        return "Pages are cached by number and language, but the cart by the session of who looks at it.";
    }

    @Override
    public String type() {
        return "cached page";
    }

    @Override
    public String evidence() {
        return Finding.GROWING;
    }

    /** The report must name what the keys have in common, and no session. */
    @Override
    public boolean confirms(Finding finding) {
        return finding.count() >= ENTRIES && finding.words().contains("like " + CULPRIT + " grow");
    }

    @Override
    public void leak(Room room) {
        Map<String, String> pages = new ConcurrentHashMap<>();
        serve(room, pages, true);
        room.see(
                pages.size() > KEYS,
                "a map of the JDK: " + pages.size() + " entries for " + KEYS + " pages, and it cannot say which");

        KeyProfile<String> profile = profile(room);
        BoundedMap<String, String> profiled = map(profile);
        serve(room, profiled, true);
        room.see(profiled.size() > KEYS, "a map with a profile of its keys: " + profile);
    }

    @Override
    public void fix(Room room) {
        KeyProfile<String> profile = profile(room);
        BoundedMap<String, String> pages = map(profile);
        serve(room, pages, false);
        room.see(pages.size() > KEYS, "the cart by language, like other pages: " + profile);
    }

    private KeyProfile<String> profile(Room room) {
        return KeyProfile.<String>builder(type())
                .alertAt(SHARE, TIMES, ENTRIES)
                .onAlert(alert -> room.growing(alert.gained(), words(alert)))
                .build();
    }

    private BoundedMap<String, String> map(KeyProfile<String> profile) {
        return BoundedMap.<String, String>builder(type())
                .maximumSize(BOUND)
                .profile(profile)
                .build();
    }

    private static String words(KeyAlert alert) {
        return String.format(
                "key profile '%s': keys like '%s' grow faster than the others (+%d, %.0f %% of all growth, median of"
                        + " others=+%d)",
                alert.profile(), alert.shape(), alert.gained(), alert.share() * 100, alert.medianOfOthers());
    }

    /** The program: the same for all maps. */
    private static void serve(Room room, Map<String, String> pages, boolean leaking) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < REQUESTS; i++) {
            String page = i % CARTS == 0 ? "cart" : String.valueOf(random.nextInt(PAGES));
            String language = LANGUAGES.get(random.nextInt(LANGUAGES.size()));
            UUID session = new UUID(random.nextLong(), random.nextLong());
            Object reader = leaking && page.equals("cart") ? session : language;
            room.here(pages).computeIfAbsent("page:" + page + ":" + reader, key -> "<html>" + key);
        }
    }
}
