package io.watertight.guards;

import java.time.Duration;
import java.util.Locale;

/** Durations as people say them. */
final class Durations {
    private Durations() {}

    static String text(Duration duration) {
        double seconds = duration.toMillis() / 1e3;
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
