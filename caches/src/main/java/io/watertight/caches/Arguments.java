package io.watertight.caches;

import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;

/** Checks of what builders are given. */
final class Arguments {
    /** 36 years: sums of a few do not overflow. */
    static final long LONGEST_NANOS = Long.MAX_VALUE / 8;

    private Arguments() {}

    static String name(String name, String what) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name the " + what);
        }
        return name;
    }

    static long positiveNanos(Duration duration, String argument) {
        if (Objects.requireNonNull(duration, argument).isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(argument + " must be positive: " + duration);
        }
        return Math.min(Texts.saturatedNanos(duration), LONGEST_NANOS);
    }

    static long notNegativeNanos(Duration duration, String argument) {
        if (Objects.requireNonNull(duration, argument).isNegative()) {
            throw new IllegalArgumentException(argument + " must not be negative: " + duration);
        }
        return Texts.saturatedNanos(duration);
    }

    static <N extends Number> N atLeast(long least, N number, String argument) {
        if (number.longValue() < least) {
            throw new IllegalArgumentException(argument + " must be " + least + " or more: " + number);
        }
        return number;
    }
}
