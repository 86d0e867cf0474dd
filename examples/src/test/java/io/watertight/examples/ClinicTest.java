package io.watertight.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.AllowLeaks;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@Tag("gc")
@AllowLeaks(type = "*", reason = "the wards leak on purpose; what they leave over is checked by Leftovers")
class ClinicTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @TestFactory
    Stream<DynamicTest> everyLeakIsFoundAtItsLineAndOnlyWhereItLeaks() {
        return Clinic.wards().stream().map(ward -> DynamicTest.dynamicTest(ward.pattern(), () -> examine(ward)));
    }

    private void examine(Ward ward) throws Exception {
        Verdict verdict = new Examination(out, Patience.LONG).of(ward);

        assertThat(verdict).as(printed()).isEqualTo(new Verdict(ward.pattern(), true, true, true, 0, true));
    }

    @Test
    void theClinicHasTwentySevenPatterns() {
        assertThat(Clinic.wards())
                .extracting(Ward::pattern)
                .doesNotHaveDuplicates()
                .hasSize(27);
    }

    @Test
    void exitStatusIsZeroWhenEveryWardIsHealthy() {
        int status = run(FakeWard::forget, FakeWard::close, Patience.LONG);

        assertThat(status).as(printed()).isZero();
        assertThat(printed()).containsPattern("fake pattern +\\| yes +\\| yes +\\| yes +\\| 0\\R");
    }

    @Test
    void exitStatusIsNotZeroWhenALeakIsNotFound() {
        int status = run(FakeWard::closeAndPretend, FakeWard::close, Duration.ofMillis(300));

        assertThat(status).as(printed()).isNotZero();
        assertThat(printed()).containsPattern("fake pattern +\\| yes +\\| NO +\\| NO +\\| 0\\R");
    }

    @Test
    void exitStatusIsNotZeroWhenNothingLeaked() {
        int status = run(FakeWard::close, FakeWard::close, Duration.ofMillis(300));

        assertThat(status).as(printed()).isNotZero();
        assertThat(printed()).containsPattern("fake pattern +\\| NO ");
    }

    @Test
    void exitStatusIsNotZeroWhenTheLineIsWrong() {
        int status = run(FakeWard::forgetElsewhere, FakeWard::close, Patience.LONG);

        assertThat(status).as(printed()).isNotZero();
        assertThat(printed()).containsPattern("fake pattern +\\| yes +\\| yes +\\| NO +\\| 0\\R");
    }

    @Test
    void exitStatusIsNotZeroWhenSomethingIsReportedAfterTheFix() {
        int status = run(FakeWard::forget, FakeWard::forget, Patience.LONG);

        assertThat(status).as(printed()).isNotZero();
        assertThat(printed()).containsPattern("fake pattern +\\| yes +\\| yes +\\| yes +\\| 1");
    }

    @Test
    void exitStatusIsNotZeroWhenAProgramThrows() {
        int status = run(
                FakeWard::forget,
                room -> {
                    throw new IllegalStateException("no cure");
                },
                Patience.LONG);

        assertThat(status).as(printed()).isNotZero();
        assertThat(printed()).contains("no cure");
    }

    @Test
    void exitStatusIsNotZeroWhenAFileIsLeft() throws Exception {
        TempFile[] left = new TempFile[1];

        int status = run(FakeWard::forget, room -> left[0] = leaveFile(room), Patience.LONG);

        left[0].close();
        assertThat(status).as(printed()).isNotZero();
        assertThat(printed()).contains("left behind: [" + left[0].path().getFileName() + "]");
    }

    private static TempFile leaveFile(Room room) throws Exception {
        FakeWard.close(room);
        return TempFile.of("left");
    }

    private int run(FakeWard.Program leak, FakeWard.Program fix, Duration patience) {
        return Clinic.run(List.of(new FakeWard(leak, fix)), out, patience);
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
