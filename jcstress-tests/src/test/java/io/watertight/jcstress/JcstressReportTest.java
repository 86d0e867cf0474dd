package io.watertight.jcstress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.watertight.jcstress.JcstressReport.Totals;
import io.watertight.jcstress.JcstressReport.Verdict;
import org.junit.jupiter.api.Test;

class JcstressReportTest {

    private final JcstressReport report = new JcstressReport();

    @Test
    void readsOneVerdictForEachTest() {
        feed(".......... [OK] a.Nest.Good", "...... [FAILED] a.Nest.Broken", "....... [ERROR] a.Nest.Throws");

        assertThat(report.verdicts())
                .containsOnly(
                        java.util.Map.entry("a.Nest.Good", Verdict.PASSED),
                        java.util.Map.entry("a.Nest.Broken", Verdict.FORBIDDEN),
                        java.util.Map.entry("a.Nest.Throws", Verdict.ERROR));
    }

    @Test
    void keepsTheWorstVerdictOverAllConfigurations() {
        feed("...... [FAILED] a.First", ".......... [OK] a.First");
        feed("...... [FAILED] a.Second", ".... [VM ERROR] a.Second", ".......... [OK] a.Second");

        assertThat(report.verdicts()).containsEntry("a.First", Verdict.FORBIDDEN);
        assertThat(report.verdicts()).containsEntry("a.Second", Verdict.ERROR);
    }

    @Test
    void takesUnknownLabelsForErrors() {
        feed(".... [SOMETHING NEW] a.Test");

        assertThat(report.verdicts()).containsEntry("a.Test", Verdict.ERROR);
    }

    @Test
    void doesNotTakeProbesForTests() {
        feed("----- [OK] Trying to set global affinity with taskset", "----- [OK] [-XX:-UseBiasedLocking, -Xmx256m]");

        assertThat(report.verdicts()).isEmpty();
    }

    @Test
    void keepsTheLastTotalsAndAddsSoftAndHardErrors() {
        feed("(Results: 12 planned; 1 passed, 0 failed, 0 soft errs, 1 hard errs)");
        feed("(Results: 12 planned; 7 passed, 1 failed, 2 soft errs, 2 hard errs)");

        assertThat(report.totals()).isEqualTo(new Totals(12, 7, 1, 4));
    }

    @Test
    void noticesThatNothingMatched() {
        feed("FATAL: No matching tests.");

        assertThat(report.fatal()).containsExactly("FATAL: No matching tests.");
        assertThat(report.totals().planned()).isZero();
    }

    @Test
    void booksTimeOnTheTestThatEndedAndIgnoresTheSummary() {
        report.accept("  Attached the non-interactive output stream.", 1_000_000_000L);
        report.accept(".......... [OK] a.First", 2_500_000_000L);
        report.accept(".......... [OK] a.Second", 3_000_000_000L);
        report.accept(".......... [OK] a.First", 4_000_000_000L);
        report.accept("RUN RESULTS:", 5_000_000_000L);
        report.accept(".......... [OK] a.First", 9_000_000_000L);

        assertThat(report.seconds("a.First")).isCloseTo(2.5, within(1e-9));
        assertThat(report.seconds("a.Second")).isCloseTo(0.5, within(1e-9));
    }

    private void feed(String... lines) {
        for (String line : lines) {
            report.accept(line, 0);
        }
    }
}
