package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No false report, however the collector runs into a close; and no leak that is not found. See {@link Hammer}. */
class HammerTest {
    private static final int LEAKS = 100_000;
    private static final int MUTANT_EFFORT = 2_000_000;
    private static final int NIGHTLY_CLOSES = 10_000_000;

    private static Fork.Result hammer(String collector, String mode, long count) throws Exception {
        List<String> flags = new ArrayList<>(List.of("-Xmx256m"));
        for (String option : collector.split("\\+", -1)) {
            flags.add("-XX:+" + option);
        }
        if (!collector.equals("UseZGC")) {
            flags.add("-Xmn8m");
        }
        Fork.Result result = Fork.run(Hammer.class, flags, mode, count);
        assertThat(result.exit()).as(result.toString()).isZero();
        return result;
    }

    private static void assertNoFalseReport(String collector, long closes) throws Exception {
        Fork.Result result = hammer(collector, "guarded", closes);

        assertThat(result.out()).doesNotContain("leak '");
        assertThat(result.value("reports")).isZero();
        assertThat(result.value("leaked")).isZero();
        assertThat(result.value("acquired")).isEqualTo(closes);
        assertThat(result.value("released")).isEqualTo(closes);
        assertThat(result.value("outstanding")).isZero();
        assertThat(result.value("cleanups")).isEqualTo(closes);
    }

    @ParameterizedTest
    @CsvSource({"UseSerialGC, 400000", "UseG1GC, 400000", "UseZGC, 200000"})
    void closeIsNeverReportedWhileTheCollectorRuns(String collector, long closes) throws Exception {
        assertNoFalseReport(collector, closes);
    }

    @ParameterizedTest
    @Tag("nightly")
    @ValueSource(strings = {"UseSerialGC", "UseG1GC", "UseZGC"})
    void closeIsNeverReportedInALongRun(String collector) throws Exception {
        assertNoFalseReport(collector, NIGHTLY_CLOSES);
    }

    /** The hammer hits: a handle that does it the other way round is reported though it is closed. */
    @ParameterizedTest
    @ValueSource(strings = {"UseSerialGC", "UseG1GC", "UseZGC"})
    void unfencedHandleIsReportedThoughItIsClosed(String collector) throws Exception {
        Fork.Result result = hammer(collector, "unfenced", MUTANT_EFFORT);

        assertThat(result.value("leaked")).isPositive();
        assertThat(result.value("reports")).isPositive();
        assertThat(result.value("outstanding")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UseSerialGC", "UseG1GC", "UseG1GC+ExplicitGCInvokesConcurrent", "UseZGC"})
    void everyLeakIsFoundInThreeRounds(String collector) throws Exception {
        Fork.Result result = hammer(collector, "leaks", LEAKS);

        assertThat(result.value("leaked")).isEqualTo(LEAKS);
        assertThat(result.value("outstanding")).isZero();
        assertThat(result.value("released")).isZero();
        assertThat(result.value("cleanups")).isZero();
    }
}
