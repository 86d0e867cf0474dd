package io.watertight.jcstress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules of the gate, against a jcstress that says what we want. */
class JcstressGateTest {

    private final Map<String, String> labels = new HashMap<>();
    private final List<Collection<String>> twinRuns = new ArrayList<>();
    private int passes = 1;
    private int failingPass = -1;

    @Test
    void acceptsPassingTestsWithFailingTwins() {
        says("p.Close", "OK");
        says("p.BrokenClose", "FAILED");

        assertThat(check("p.Close", "p.BrokenClose")).isEmpty();
        assertThat(twinRuns).hasSize(1);
    }

    @Test
    void refusesForbiddenOutcomes() {
        says("p.Close", "FAILED");
        says("p.BrokenClose", "FAILED");

        assertThat(check("p.Close", "p.BrokenClose")).anyMatch(s -> s.contains("p.Close showed a FORBIDDEN"));
    }

    @Test
    void refusesForbiddenOutcomesOfEachPass() {
        says("p.Close", "OK");
        says("p.BrokenClose", "FAILED");
        passes = 2;
        assertThat(check("p.Close", "p.BrokenClose")).isEmpty();

        for (failingPass = 0; failingPass < passes; failingPass++) {
            assertThat(check("p.Close", "p.BrokenClose")).anyMatch(s -> s.contains("p.Close showed a FORBIDDEN"));
        }
    }

    @Test
    void refusesErrors() {
        says("p.Close", "VM ERROR");
        says("p.BrokenClose", "TIMEOUT");

        assertThat(check("p.Close", "p.BrokenClose"))
                .anyMatch(s -> s.startsWith("p.Close ended with an error"))
                .anyMatch(s -> s.startsWith("p.BrokenClose ended with an error"));
    }

    @Test
    void refusesTwinsThatDoNotFailAfterThreeAttempts() {
        says("p.Close", "OK");
        says("p.BrokenClose", "OK");

        assertThat(check("p.Close", "p.BrokenClose")).singleElement().asString().contains("did not fail in 4 attempts");
        assertThat(twinRuns).hasSize(4);
    }

    @Test
    void refusesTestsThatWereSkippedSilently() {
        says("p.Close", "OK");
        says("p.BrokenClose", "FAILED");
        says("p.BrokenThree", "FAILED");

        assertThat(check("p.Close", "p.BrokenClose", "p.Three", "p.BrokenThree"))
                .anyMatch(s -> s.startsWith("p.Three did not run"))
                .anyMatch(s -> s.contains("for each of 2 tests"));
    }

    @Test
    void refusesAnEmptySelection() {
        assertThat(check()).singleElement().asString().contains("no jcstress test matches");
        assertThat(check("p.BrokenClose")).singleElement().asString().contains("no jcstress test matches");
    }

    @Test
    void refusesTestsWithoutTwin() {
        says("p.Close", "OK");
        says("q.BrokenClose", "FAILED");

        assertThat(check("p.Close", "q.BrokenClose")).singleElement().asString().contains("p.Close has no twin");
    }

    @Test
    void knowsTwinsBesideAndInside() {
        assertThat(JcstressGate.isTwinOf("p.q.BrokenClose", "p.q.Close")).isTrue();
        assertThat(JcstressGate.isTwinOf("p.q.CloseJcstress.BrokenPlain", "p.q.CloseJcstress.Once"))
                .isTrue();
        assertThat(JcstressGate.isTwinOf("p.q.CloseJcstress.BrokenPlain", "p.q.CloseJcstress"))
                .isTrue();
        assertThat(JcstressGate.isTwinOf("p.q.OtherJcstress.BrokenPlain", "p.q.CloseJcstress.Once"))
                .isFalse();
        assertThat(JcstressGate.isTwinOf("p.BrokenClose", "p.q.Close")).isFalse();
        assertThat(JcstressGate.isTwin("p.CloseJcstress$BrokenPlain")).isTrue();
        assertThat(JcstressGate.isTwin("p.BrokenThings.Close")).isFalse();
    }

    private void says(String test, String label) {
        labels.put(test, label);
    }

    private List<String> check(String... names) {
        return new JcstressGate(this::run, passes).check(List.of(names));
    }

    private JcstressReport run(Collection<String> tests, boolean twins, int attempt) {
        if (twins) {
            twinRuns.add(tests);
        }
        Map<String, String> said = new HashMap<>(labels);
        if (!twins && attempt == failingPass) {
            said.put("p.Close", "FAILED");
        }
        JcstressReport report = new JcstressReport();
        List<String> ran = tests.stream().filter(said::containsKey).toList();
        ran.forEach(test -> report.accept("...... [" + said.get(test) + "] " + test, 0));
        long passed = ran.stream().filter(test -> said.get(test).equals("OK")).count();
        report.accept(
                "(Results: " + ran.size() + " planned; " + passed + " passed, " + (ran.size() - passed)
                        + " failed, 0 soft errs, 0 hard errs)",
                0);
        return report;
    }
}
