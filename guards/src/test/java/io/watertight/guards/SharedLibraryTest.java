package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.user.SharedLibraryMain;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A library that outlives its users must not keep them. See {@link SharedLibraryMain}. */
class SharedLibraryTest {
    @Test
    void applicationIsCollectedWhileTheLibraryGoesOn() throws Exception {
        Fork.Result result = Fork.run(SharedLibraryMain.class, List.of("-XX:+UseSerialGC", "-Xmx256m"));

        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.err()).as(result.toString()).isEmpty();
        assertThat(result.value("threads"))
                .as("threads of the library that may keep it")
                .isPositive();
        assertThat(result.value("collected")).isEqualTo(1);
    }
}
