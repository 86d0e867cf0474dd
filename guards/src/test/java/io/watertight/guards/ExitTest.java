package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is open when the JVM exits is open because nobody needs to close it any more. See {@link ExitMain}. */
class ExitTest {
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx256m");

    @ParameterizedTest
    @ValueSource(strings = {"return", "exit"})
    void nothingIsReportedDuringExit(String how) throws Exception {
        Fork.Result result = Fork.run(ExitMain.class, FLAGS, how);

        assertThat(result.exit()).isZero();
        assertThat(result.out().strip()).isEqualTo("found=10");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void leakIsReportedBeforeExit() throws Exception {
        Fork.Result result = Fork.run(ExitMain.class, FLAGS, "running");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("listener: GC_PROVEN").contains("leak 'forgotten'");
        assertThat(result.err()).isEmpty();
    }
}
