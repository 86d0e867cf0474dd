package io.watertight.testing;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a {@link GrowthCheck} counted.
 *
 * @param name the check
 * @param rounds how many rounds were counted
 * @param iterations how often the scenario ran in each
 * @param growing the classes that grew in every round; those of users first, then by growth
 */
public record GrowthReport(String name, int rounds, int iterations, List<Growth> growing) {
    private static final int MOST_LINES = 20;

    /**
     * Copies and orders the classes.
     *
     * @param name the check
     * @param rounds how many rounds were counted
     * @param iterations how often the scenario ran in each
     * @param growing the classes that grew
     */
    public GrowthReport {
        growing = growing.stream()
                .sorted(Comparator.comparing(Growth::isOfTheJdk)
                        .thenComparing(Comparator.comparingLong(Growth::growth).reversed())
                        .thenComparing(Growth::className))
                .toList();
    }

    /**
     * One class that grows.
     *
     * @param className its name, as {@code com.acme.Session} or {@code byte[]}
     * @param counts its live instances before the first round and after each
     */
    public record Growth(String className, List<Long> counts) {
        /**
         * Copies the counts.
         *
         * @param className its name
         * @param counts its live instances before the first round and after each
         */
        public Growth {
            counts = List.copyOf(counts);
        }

        /**
         * Compares the last count with the first.
         *
         * @return instances left behind by all rounds together
         */
        public long growth() {
            return counts.get(counts.size() - 1) - counts.get(0);
        }

        boolean isOfTheJdk() {
            return !className.contains(".") || className.matches("(java|javax|jdk|sun|com\\.sun)\\..*");
        }

        @Override
        public String toString() {
            return className + ": " + counts.stream().map(String::valueOf).collect(Collectors.joining(" -> ")) + " (+"
                    + growth() + ")";
        }
    }

    /**
     * Says whether nothing grew.
     *
     * @return true if no class grew in every round
     */
    public boolean isStable() {
        return growing.isEmpty();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("growth '" + name + "': ")
                .append(growing.size())
                .append(" classes have more live instances after each of ")
                .append(rounds)
                .append(" rounds (")
                .append(iterations)
                .append(" iterations each)");
        growing.stream()
                .limit(MOST_LINES)
                .forEach(growth ->
                        text.append(System.lineSeparator()).append("  ").append(growth));
        if (growing.size() > MOST_LINES) {
            text.append(System.lineSeparator())
                    .append("  ... ")
                    .append(growing.size() - MOST_LINES)
                    .append(" more");
        }
        return text.toString();
    }
}
