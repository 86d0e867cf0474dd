package io.watertight.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Describes a {@link GrowthCheck}. Not thread-safe; can be used again after {@link #build()}. */
public final class GrowthCheckBuilder {
    final String name;
    final List<String> ignored = new ArrayList<>();
    int warmUp = 2;
    int rounds = 4;
    int iterations = 10;
    long atLeast = -1;

    GrowthCheckBuilder(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name the check");
        }
        this.name = name;
    }

    /**
     * Sets how many rounds run before the first count, to fill caches and load classes.
     *
     * @param rounds the rounds; 2 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code rounds} is negative
     */
    public GrowthCheckBuilder warmUp(int rounds) {
        if (rounds < 0) {
            throw new IllegalArgumentException("warmUp must not be negative: " + rounds);
        }
        this.warmUp = rounds;
        return this;
    }

    /**
     * Sets how many rounds are counted. A class must grow in every one of them.
     *
     * @param rounds the rounds; 4 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code rounds} is less than 2: growth in one round is no growth
     */
    public GrowthCheckBuilder rounds(int rounds) {
        if (rounds < 2) {
            throw new IllegalArgumentException("rounds must be 2 or more, growth in one round is no growth: " + rounds);
        }
        this.rounds = rounds;
        return this;
    }

    /**
     * Sets how often the scenario runs in a round.
     *
     * @param iterations the runs; 10 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code iterations} is less than 1
     */
    public GrowthCheckBuilder iterations(int iterations) {
        if (iterations < 1) {
            throw new IllegalArgumentException("iterations must be 1 or more: " + iterations);
        }
        this.iterations = iterations;
        return this;
    }

    /**
     * Sets how many more instances each round must leave for a class to be called growing.
     *
     * @param instances more live instances a round; as many as there are iterations by default
     * @return this builder
     * @throws IllegalArgumentException if {@code instances} is less than 1
     */
    public GrowthCheckBuilder atLeast(long instances) {
        if (instances < 1) {
            throw new IllegalArgumentException("atLeast must be 1 or more: " + instances);
        }
        this.atLeast = instances;
        return this;
    }

    /**
     * Leaves classes out.
     *
     * @param classNamePrefix the beginning of their names
     * @return this builder
     */
    public GrowthCheckBuilder ignoring(String classNamePrefix) {
        ignored.add(Objects.requireNonNull(classNamePrefix, "classNamePrefix"));
        return this;
    }

    /**
     * Makes the check.
     *
     * @return the check
     */
    public GrowthCheck build() {
        return new GrowthCheck(this);
    }
}
