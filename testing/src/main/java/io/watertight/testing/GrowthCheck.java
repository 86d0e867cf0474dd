package io.watertight.testing;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;

/**
 * Repeats a scenario in rounds and finds the classes whose instances become more in every round: what a test of one run
 * cannot see, because a single object left behind looks like a cache.
 *
 * <p>A class grows if each round leaves at least {@link GrowthCheckBuilder#atLeast(long) so many} more live instances than the one
 * before, or at least half as many if the rounds together leave three of four: other threads let go of some meanwhile; caches that fill up and then stay do not, once they are warm. Each round ends with full collections, of some ten
 * milliseconds for every ten megabytes that live. What other threads leave behind meanwhile counts too.
 *
 * <p>Immutable; but run one check at a time.
 */
public final class GrowthCheck {
    final String name;
    private final int warmUp;
    private final int rounds;
    private final int iterations;
    private final long atLeast;
    private final Predicate<String> isIgnored;

    GrowthCheck(GrowthCheckBuilder builder) {
        this.name = builder.name;
        this.warmUp = builder.warmUp;
        this.rounds = builder.rounds;
        this.iterations = builder.iterations;
        this.atLeast = builder.atLeast < 0 ? builder.iterations : builder.atLeast;
        List<String> ignored = List.copyOf(builder.ignored);
        this.isIgnored = className -> ignored.stream().anyMatch(className::startsWith);
    }

    /** What is repeated. */
    @FunctionalInterface
    public interface Scenario {
        /**
         * Runs once, and lets go of everything it made.
         *
         * @throws Exception ends the check
         */
        void run() throws Exception;
    }

    /**
     * Begins a check.
     *
     * @param name how messages name it
     * @return a builder with the defaults
     */
    public static GrowthCheckBuilder builder(String name) {
        return new GrowthCheckBuilder(name);
    }

    /**
     * Repeats a scenario and counts.
     *
     * @param scenario what to repeat
     * @return what grew; without a chain
     * @throws Exception what the scenario throws
     * @throws org.opentest4j.TestAbortedException if this JVM does not collect on request, or counts no instances
     */
    public GrowthReport measure(Scenario scenario) throws Exception {
        Objects.requireNonNull(scenario, "scenario");
        repeat(scenario, warmUp);
        GrowthCounts counts = new GrowthCounts(rounds);
        count(counts, 0); // makes the tables themselves, so that they are not seen to grow
        count(counts, 0);
        for (int round = 1; round <= rounds; round++) {
            repeat(scenario, 1);
            count(counts, round);
        }
        return new GrowthReport(name, rounds, iterations, counts.growing(atLeast, isIgnored));
    }

    /**
     * Repeats a scenario and asserts that nothing grows. If something does, one more round runs between two heap dumps, to see
     * which of the ways its instances are held is taken more often than before.
     *
     * @param scenario what to repeat
     * @throws Exception what the scenario throws
     * @throws AssertionError if a class grows, with its counts in each round, and with the chain that holds the instances
     *     of one such class if a heap dump may be taken ({@link Retention} says when)
     * @throws org.opentest4j.TestAbortedException if this JVM does not collect on request, or counts no instances
     */
    public void assertStable(Scenario scenario) throws Exception {
        GrowthReport report = measure(scenario);
        if (!report.isStable()) {
            String chain = GrowthChain.of(report.growing().get(0), rounds, () -> repeat(scenario, 1));
            throw new AssertionError(report + System.lineSeparator() + chain);
        }
    }

    private void repeat(Scenario scenario, int times) throws Exception {
        for (int i = 0; i < times * iterations; i++) {
            scenario.run();
        }
    }

    private void count(GrowthCounts counts, int round) {
        boolean done = GcBarrier.await() && counts.take(round);
        Assumptions.assumeTrue(
                done,
                () -> "growth '" + name + "': this JVM does not collect or does not count instances on"
                        + " request (java.vm.name=" + System.getProperty("java.vm.name")
                        + "), so nothing is said about it");
    }
}
