package io.watertight.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The allocations in a result file of JMH, written with {@code -prof gc -rf json}. Give {@link #bytesPerOperation} to
 * {@link AllocationBaseline#checkAll} to fail a build.
 *
 * <p>JMH counts all threads of its JVM, so short runs show traces of its own: measure for some seconds.
 *
 * @param results one result per benchmark, set of parameters and mode, in the order of the file
 */
public record JmhResults(List<JmhResult> results) {
    private static final String RATE = "gc.alloc.rate";
    private static final String BYTES = "gc.alloc.rate.norm";

    /**
     * Copies the list.
     *
     * @throws NullPointerException if {@code results} is null or contains null
     */
    public JmhResults {
        results = List.copyOf(results);
    }

    /**
     * Reads a result file.
     *
     * @param file the file
     * @return the results
     * @throws IllegalArgumentException if it is not what JMH writes, or was written without {@code -prof gc}; says where
     * @throws UncheckedIOException if it cannot be read
     */
    public static JmhResults read(Path file) {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (IOException failure) {
            throw new UncheckedIOException("jmh '" + file + "': cannot be read", failure);
        }
    }

    /**
     * Parses the text of a result file.
     *
     * @param source names the text in messages
     * @param json the text
     * @return the results
     * @throws IllegalArgumentException if it is not what JMH writes, or was written without {@code -prof gc}; says where
     */
    public static JmhResults parse(String source, String json) {
        if (!(JsonReader.parse(source, json) instanceof List<?> list)) {
            throw malformed(source, "a list of results");
        }
        List<JmhResult> results = new ArrayList<>();
        for (Object element : list) {
            results.add(result(source, element));
        }
        return new JmhResults(results);
    }

    private static JmhResult result(String source, @Nullable Object element) {
        if (!(element instanceof Map<?, ?> result) || !(result.get("benchmark") instanceof String benchmark)) {
            throw malformed(source, "a result with the name of its benchmark");
        }
        SortedMap<String, String> parameters = new TreeMap<>();
        if (result.get("params") instanceof Map<?, ?> given) {
            given.forEach((name, value) -> parameters.put(String.valueOf(name), String.valueOf(value)));
        }
        if (!(result.get("secondaryMetrics") instanceof Map<?, ?> metrics)) {
            throw malformed(source, "secondaryMetrics of " + benchmark);
        }
        return new JmhResult(benchmark, parameters, bytes(source, benchmark, metrics));
    }

    /** JMH leaves the amount out if nothing was allocated, so that its absence means 0 if the profiler ran. */
    private static double bytes(String source, String benchmark, Map<?, ?> metrics) {
        Object bytes = metric(metrics, BYTES);
        if (bytes == null) {
            if (metric(metrics, RATE) == null) {
                throw new IllegalArgumentException("jmh '" + source + "': allocations of " + benchmark
                        + " were not measured; run JMH with -prof gc");
            }
            return 0;
        }
        if (bytes instanceof Map<?, ?> metric && metric.get("score") instanceof Double score && score >= 0) {
            return score;
        }
        throw malformed(source, "a number as score of " + BYTES + " of " + benchmark);
    }

    /** Older versions of JMH write a dot before the names of secondary metrics. */
    private static @Nullable Object metric(Map<?, ?> metrics, String name) {
        return metrics.containsKey(name) ? metrics.get(name) : metrics.get("\u00b7" + name);
    }

    private static IllegalArgumentException malformed(String source, String expected) {
        return new IllegalArgumentException("jmh '" + source + "': not a result file of JMH, as it lacks " + expected
                + "; write it with -prof gc -rf json");
    }

    /**
     * Returns bytes per operation by name. Of a benchmark that ran in several modes, the largest amount counts.
     *
     * @return the amounts, sorted by name
     */
    public SortedMap<String, Double> bytesPerOperation() {
        SortedMap<String, Double> bytes = new TreeMap<>();
        results.forEach(result -> bytes.merge(result.name(), result.bytesPerOperation(), Math::max));
        return bytes;
    }
}
