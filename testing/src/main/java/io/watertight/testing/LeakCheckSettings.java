package io.watertight.testing;

import io.watertight.guards.TrackingLevel;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * What one class of tests is checked for, from its annotation and from JUnit's configuration parameters, which win.
 *
 * @param grace how long something may take to end by itself after a test
 * @param level what resources opened by a test are tracked at
 * @param threads whether threads and executors are looked for
 * @param births whether the Flight Recorder may be asked who started a thread
 * @param ignoredThreads how names of threads begin that are nobody's leak
 */
record LeakCheckSettings(
        LeakMode mode,
        NoLeaks.Per per,
        Duration grace,
        TrackingLevel level,
        boolean threads,
        boolean births,
        boolean jdkResources,
        List<String> ignoredThreads) {
    static final String PREFIX = "watertight.leaks.";
    private static final String AUTODETECTION = "junit.jupiter.extensions.autodetection.enabled";
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(2);
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m)");

    /** The settings of the class that a context belongs to. */
    static LeakCheckSettings of(ExtensionContext context) {
        TestPlace place = TestPlace.of(context);
        NoLeaks declared = annotation(place.type());
        // What JUnit did not find by itself was declared somewhere, perhaps in a field.
        boolean found = declared != null || isDeclared(place) || !isAutodetected(context);
        return of(context, found ? LeakMode.FAIL : LeakMode.WARN, declared);
    }

    /** The settings for what belongs to no class. */
    static LeakCheckSettings ofRun(ExtensionContext context) {
        return of(context, LeakMode.WARN, null);
    }

    /** Whether the whole run is checked, not only the classes that say so. */
    static boolean isAutodetected(ExtensionContext context) {
        return context.getConfigurationParameter(AUTODETECTION, Boolean::valueOf)
                .orElse(false);
    }

    private static LeakCheckSettings of(ExtensionContext context, LeakMode byDefault, @Nullable NoLeaks declared) {
        LeakMode mode = parameter(context, "mode", text -> constant(LeakMode.class, text), byDefault);
        return new LeakCheckSettings(
                mode,
                parameter(
                        context,
                        "per",
                        text -> constant(NoLeaks.Per.class, text),
                        declared == null ? NoLeaks.Per.METHOD : declared.per()),
                parameter(context, "grace", LeakCheckSettings::duration, DEFAULT_GRACE),
                parameter(
                        context,
                        "level",
                        text -> constant(TrackingLevel.class, text),
                        mode == LeakMode.FAIL ? TrackingLevel.STRICT : TrackingLevel.FULL),
                parameter(context, "threads", LeakCheckSettings::truth, true),
                parameter(context, "births", LeakCheckSettings::truth, true),
                parameter(
                        context,
                        "jdk-resources",
                        LeakCheckSettings::truth,
                        declared != null && declared.jdkResources()),
                parameter(context, "ignore-threads", LeakCheckSettings::list, List.of()));
    }

    private static @Nullable NoLeaks annotation(@Nullable Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
            NoLeaks found = AnnotationSupport.findAnnotation(at, NoLeaks.class).orElse(null);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static boolean isDeclared(TestPlace place) {
        if (place.method() != null && isDeclaredOn(place.method())) {
            return true;
        }
        for (Class<?> at = place.type(); at != null; at = at.getEnclosingClass()) {
            if (isDeclaredOn(at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isDeclaredOn(AnnotatedElement element) {
        return AnnotationSupport.findRepeatableAnnotations(element, ExtendWith.class).stream()
                .anyMatch(extend -> Arrays.asList(extend.value()).contains(LeakCheck.class));
    }

    private static <T> T parameter(ExtensionContext context, String name, Function<String, T> parser, T byDefault) {
        String text =
                context.getConfigurationParameter(PREFIX + name).orElse("").strip();
        if (text.isEmpty()) {
            return byDefault;
        }
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw new ExtensionConfigurationException(
                    "configuration parameter '" + PREFIX + name + "': '" + text + "' " + wrong.getMessage(), wrong);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(
                "is none of " + Arrays.toString(type.getEnumConstants()).toLowerCase(Locale.ROOT));
    }

    private static boolean truth(String text) {
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException("is neither true nor false");
        }
        return Boolean.parseBoolean(text);
    }

    private static List<String> list(String text) {
        return Pattern.compile(",")
                .splitAsStream(text)
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static Duration duration(String text) {
        try {
            Duration parsed = parsed(text);
            if (parsed.isNegative()) {
                throw new IllegalArgumentException("must not be negative");
            }
            return Duration.ofNanos(parsed.toNanos()); // what is longer overflows here
        } catch (DateTimeParseException wrong) {
            throw new IllegalArgumentException("is no duration; write for example 500 ms, 2 s or PT2S", wrong);
        } catch (ArithmeticException | NumberFormatException overflow) {
            throw new IllegalArgumentException("is too long", overflow);
        }
    }

    private static Duration parsed(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Duration.parse(text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }
}
