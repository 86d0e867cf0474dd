package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class JmhResultsTest {
    private static String written() throws IOException {
        try (InputStream file = JmhResultsTest.class.getResourceAsStream("jmh.json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String result(String parameters, String metrics) {
        return "{\"benchmark\":\"a.B.c\"" + parameters + ",\"secondaryMetrics\":{" + metrics + "}}";
    }

    private static double bytes(String metrics) {
        return JmhResults.parse("test", "[" + result("", metrics) + "]")
                .results()
                .get(0)
                .bytesPerOperation();
    }

    @Test
    void fileThatJmhWroteIsRead() throws IOException {
        JmhResults results = JmhResults.parse("jmh.json", written());

        assertThat(results.bytesPerOperation())
                .containsOnlyKeys(
                        "io.watertight.benchmarks.GuardBenchmark.bareHandle",
                        "io.watertight.benchmarks.GuardBenchmark.track");
        assertThat(results.results().get(0).bytesPerOperation()).isCloseTo(24, within(0.01));
        assertThat(results.results().get(1).bytesPerOperation()).isCloseTo(72, within(0.1));
    }

    @Test
    void absentAmountIsZeroIfTheProfilerRan() {
        assertThat(bytes("\"gc.alloc.rate\":{\"score\":0.0},\"gc.count\":{\"score\":0}"))
                .isZero();
    }

    @Test
    void absentProfilerIsNotZero() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> bytes(""))
                .withMessageContaining("a.B.c were not measured; run JMH with -prof gc");
    }

    @Test
    void namesOfOlderVersionsAreUnderstood() {
        assertThat(bytes("\"·gc.alloc.rate.norm\":{\"score\":16.0001}")).isEqualTo(16.0001);
    }

    @Test
    void parametersArePartOfTheNameAndTheWorstModeCounts() {
        String json = "["
                + result(",\"params\":{\"size\":\"10\",\"kind\":\"x\"}", "\"gc.alloc.rate.norm\":{\"score\":8}")
                + ","
                + result(",\"mode\":\"thrpt\"", "\"gc.alloc.rate.norm\":{\"score\":24}")
                + ","
                + result(",\"mode\":\"avgt\"", "\"gc.alloc.rate.norm\":{\"score\":16}")
                + "]";

        assertThat(JmhResults.parse("test", json).bytesPerOperation())
                .containsExactly(entry("a.B.c", 24.0), entry("a.B.c[kind=x, size=10]", 8.0));
    }

    @Test
    void truncationIsRefusedWithItsPosition() throws IOException {
        String whole = written().strip();
        for (int length = 0; length < whole.length(); length += 5) {
            String part = whole.substring(0, length);

            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> JmhResults.parse("cut.json", part))
                    .withMessageContaining("cut.json")
                    .withMessageContaining("the end of the text at line");
        }
    }

    @Test
    void otherJsonIsRefused() {
        for (String json : List.of("{}", "[1]", "[{}]", "[{\"benchmark\":\"x\"}]", "null")) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .as(json)
                    .isThrownBy(() -> JmhResults.parse("other.json", json))
                    .withMessageContaining("not a result file of JMH");
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> bytes("\"gc.alloc.rate.norm\":{\"score\":\"NaN\"}"))
                .withMessageContaining("a number");
    }

    @Test
    void missingFileIsNamed() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> JmhResults.read(Path.of("nowhere.json")))
                .withMessageContaining("nowhere.json");
    }
}
