package io.watertight.caches;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a {@link KeyProfile} knows at one moment.
 *
 * @param name the name of the profile
 * @param total keys added since the profile was made
 * @param elapsed how long the present window lasts
 * @param oneOf how many keys one counted key stands for at present: 1 if all are counted
 * @param missed keys that were not counted, as two threads had one at the same time
 * @param overflows how often a shape had to make room for another; zero: all that was counted is exact
 * @param alerts how often it was reported that a shape grows faster than the others
 * @param shapes the shapes, those first that gained most in this window
 */
public record KeyProfileSnapshot(
        String name,
        long total,
        Duration elapsed,
        int oneOf,
        long missed,
        long overflows,
        long alerts,
        List<ShapeGrowth> shapes) {
    private static final int SHOWN = 5;

    /** Copies the list. */
    public KeyProfileSnapshot {
        shapes = List.copyOf(shapes);
    }

    /** The shapes that gained most, on one line. */
    @Override
    public String toString() {
        return "KeyProfile[" + name + ", " + total + " keys, " + shapes.size() + " shapes, in " + elapsed.toMillis()
                + " ms: "
                + shapes.stream()
                        .limit(SHOWN)
                        .map(shape -> String.format(
                                Locale.ROOT,
                                "'%s' %+d (%.1f %% of all)",
                                shape.shape(),
                                shape.net(),
                                shape.share() * 100))
                        .collect(Collectors.joining(", "))
                + (shapes.size() > SHOWN ? ", ...]" : "]");
    }
}
