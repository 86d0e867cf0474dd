package io.watertight.testing;

import io.watertight.testing.GrowthReport.Growth;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The live instances of each class after each round. The table is made with the first count and hardly grows after it, so
 * that it is not counted itself.
 */
final class GrowthCounts {
    private static final Pattern LINE = Pattern.compile(" *\\d+: +(\\d+) +\\d+ +(\\S+).*");

    private final int rounds;
    private final Map<String, long[]> counts = new HashMap<>();

    GrowthCounts(int rounds) {
        this.rounds = rounds;
    }

    /** Counts for a round, or again; says whether this JVM can. It collects first. */
    boolean take(int round) {
        String histogram;
        try {
            histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
        } catch (JMException unknownInThisJvm) {
            return false;
        }
        counts.values().forEach(row -> row[round] = 0);
        histogram.lines().forEach(line -> add(round, line));
        return !counts.isEmpty();
    }

    void add(int round, String line) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) { // the same name in two class loaders counts as one
            long[] row = counts.computeIfAbsent(matcher.group(2), name -> new long[rounds + 1]);
            row[round] += Long.parseLong(matcher.group(1));
        }
    }

    List<Growth> growing(long atLeast, Predicate<String> isIgnored) {
        return counts.entrySet().stream()
                .filter(entry -> isGrowing(entry.getValue(), atLeast))
                .map(entry -> new Growth(
                        javaName(entry.getKey()),
                        Arrays.stream(entry.getValue()).boxed().toList()))
                .filter(growth -> !isIgnored.test(growth.className()))
                .toList();
    }

    /**
     * Whether every round leaves more. What others let go of meanwhile hides some of it, most of all in the classes that
     * everybody uses: so a round may leave half as many, if the rounds together leave three of four.
     */
    private static boolean isGrowing(long[] row, long atLeast) {
        for (int round = 1; round < row.length; round++) {
            if (2 * (row[round] - row[round - 1]) < atLeast) {
                return false;
            }
        }
        int rounds = row.length - 1;
        return 4 * (row[rounds] - row[0]) >= 3 * atLeast * rounds;
    }

    /** The histogram names arrays as class files do. */
    static String javaName(String name) {
        int dimensions = 0;
        while (dimensions < name.length() && name.charAt(dimensions) == '[') {
            dimensions++;
        }
        if (dimensions == 0) {
            return name;
        }
        String element = name.substring(dimensions);
        String type = switch (element.charAt(0)) {
            case 'Z' -> "boolean";
            case 'C' -> "char";
            case 'F' -> "float";
            case 'D' -> "double";
            case 'B' -> "byte";
            case 'S' -> "short";
            case 'I' -> "int";
            case 'J' -> "long";
            default -> element.substring(1, element.length() - 1);
        };
        return type + "[]".repeat(dimensions);
    }
}
