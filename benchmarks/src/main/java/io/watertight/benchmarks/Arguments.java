package io.watertight.benchmarks;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Command-line arguments of the form {@code name=value}. */
final class Arguments {
    private static final Set<String> NAMES = Set.of(
            "rounds", "warmups", "iterations", "millis", "outstanding", "collections", "only", "date", "seconds");

    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] args) {
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 1 || !NAMES.contains(arg.substring(0, equals))) {
                throw new IllegalArgumentException(
                        "unknown argument '" + arg + "'; write name=value with one of " + NAMES);
            }
            values.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
    }

    int number(String name, int otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }
}
