package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol in JVMs with other collectors, layouts and compilers. */
class AllocationLaunchTest {
    private static final long PATIENCE_MINUTES = 10;

    @TempDir
    Path directory;

    private void launch(String flags, String argument) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags.split(" ", -1)));
        command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(AllocationLaunchMain.class.getName(), argument));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseSerialGC",
                "-XX:+UseParallelGC",
                "-XX:+UseG1GC",
                "-XX:+UseZGC",
                "-XX:-UseTLAB",
                "-XX:-UseCompressedOops",
                "-XX:StartFlightRecording=settings=profile"
            })
    void answersAreRightWhereCompilersRemoveAllocations(String flag) throws Exception {
        launch(flag, "removes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-DoEscapeAnalysis"})
    void answersAreRightAndSteadyBudgetsRefusedWhereTheyDoNot(String flag) throws Exception {
        launch(flag, "keeps");
    }

    @Test
    void counterThatIsSwitchedOffIsRefused() throws Exception {
        launch("-XX:+UseSerialGC", "disabled");
    }
}
