package io.watertight.concurrency;

import java.time.Duration;
import java.util.Locale;

/** How messages of this module say things. */
final class Texts {
    private Texts() {}

    static String time(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 10_000) {
            return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
        }
        return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }

    static String time(Duration duration) {
        return time(saturatedNanos(duration));
    }

    /** Nanoseconds, saturated at 292 years. */
    static long saturatedNanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
