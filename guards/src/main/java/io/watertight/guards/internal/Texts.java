package io.watertight.guards.internal;

import java.time.Duration;
import java.util.Locale;

/** How messages say times. Stateless, thread-safe. */
public final class Texts {
    private Texts() {}

    /**
     * Says a time as people do.
     *
     * @param nanos nanoseconds
     * @return milliseconds up to ten seconds, seconds above
     */
    public static String time(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 10_000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
        }
        return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }

    /**
     * Says a time as people do.
     *
     * @param duration the time
     * @return milliseconds up to ten seconds, seconds above
     */
    public static String time(Duration duration) {
        return time(saturatedNanos(duration));
    }

    /**
     * Converts without overflow.
     *
     * @param duration the time
     * @return nanoseconds, saturated at 292 years
     */
    public static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
