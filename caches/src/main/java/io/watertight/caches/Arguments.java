package io.watertight.caches;

import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;

/** Checks of what builders are given. */
final class Arguments {
    private Arguments() {}

    static String name(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name the cache");
        }
        return name;
    }

    static long positiveNanos(Duration duration, String argument) {
        if (Objects.requireNonNull(duration, argument).isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(argument + " must be more than zero: " + duration);
        }
        return Texts.saturatedNanos(duration);
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
