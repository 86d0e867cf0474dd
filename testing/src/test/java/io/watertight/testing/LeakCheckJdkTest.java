package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("gc")
class LeakCheckJdkTest {
    @AfterEach
    void tidyUp() throws InterruptedException, IOException {
        LeakyGround.tidyUp();
        LeakyJdk.tidyUp();
    }

    @ParameterizedTest
    @EnumSource
    void resourcesOfTheJdkAreFoundInTheirTestAtTheirLine(LeakyRun.Order order) {
        LeakyRun run = LeakyRun.of(order, LeakyJdk.EveryKindOfTheJdk.class);

        assertThat(run.failures())
                .containsOnlyKeys(
                        "EveryKindOfTheJdk.leavesAStream",
                        "EveryKindOfTheJdk.leavesASocket",
                        "EveryKindOfTheJdk.leavesASelector",
                        "EveryKindOfTheJdk.leavesAnExecutor",
                        "EveryKindOfTheJdk.leavesATimer",
                        "EveryKindOfTheJdk.keepsABuffer");
        run.failures()
                .keySet()
                .forEach(place -> assertThat(run.message(place)).contains("left 1 leak:", LeakyGround.line(place)));
        assertThat(run.message("EveryKindOfTheJdk.leavesAnExecutor"))
                .contains("java.util.concurrent.ThreadPoolExecutor");
        assertThat(run.message("EveryKindOfTheJdk.keepsABuffer")).contains("1024 bytes");
    }
}
