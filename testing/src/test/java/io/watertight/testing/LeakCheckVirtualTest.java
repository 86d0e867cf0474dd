package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

@EnabledForJreRange(min = JRE.JAVA_21)
class LeakCheckVirtualTest {
    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyVirtual.tidyUp();
        LeakyGround.tidyUp();
    }

    @Test
    void virtualThreadsThatLiveOnFailTheRunAndNameTheirTest() {
        LeakyRun run = LeakyRun.of(LeakyRun.Order.SEQUENTIAL, LeakyVirtual.Virtual.class);

        assertThat(run.failures()).containsOnlyKeys("run");
        assertThat(run.message("run"))
                .contains("the run left 1 leak:")
                .contains("test LeakyVirtual.Virtual.leaves: 1 virtual thread still runs; now at ")
                .contains("LeakyGround.await");
    }

    @Test
    void inParallelTheyAreFoundAsWell() {
        LeakyRun run = LeakyRun.in(LeakyRun.Order.PARALLEL)
                .autodetected()
                .with("mode", "fail")
                .with("grace", "50 ms")
                .run(LeakyVirtual.Virtual.class);

        assertThat(run.message("run")).contains("1 virtual thread still runs; now at ");
    }
}
