package io.watertight.testing;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one benchmark of JMH allocates.
 *
 * @param benchmark class and method
 * @param parameters values of its parameters by name
 * @param bytesPerOperation bytes per operation
 */
public record JmhResult(String benchmark, SortedMap<String, String> parameters, double bytesPerOperation) {
    /**
     * Copies the parameters.
     *
     * @throws NullPointerException if {@code parameters} is null
     */
    public JmhResult {
        parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    }

    /**
     * Names the benchmark with its parameters, for example {@code com.example.Bench.run[size=10]}.
     *
     * @return the name in baselines and trends
     */
    public String name() {
        return benchmark
                + (parameters.isEmpty()
                        ? ""
                        : parameters.toString().replace('{', '[').replace('}', ']'));
    }
}
