package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class AllocationConditionsTest {
    @Test
    void debuggersAndCoverageAreRecognised() {
        assertThat(AllocationConditions.agent(List.of("-Xmx1g", "-agentlib:jdwp=transport=dt_socket")))
                .contains("debugger");
        assertThat(AllocationConditions.agent(List.of("-javaagent:/m2/org.jacoco.agent-runtime.jar=destfile=x")))
                .contains("JaCoCo");
        assertThat(AllocationConditions.agent(List.of("-Xmx1g", "-javaagent:mockito.jar")))
                .isNull();
    }

    @Test
    void virtualThreadIsRefused() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "no virtual threads");
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            Future<?> measurement = threads.submit(() -> Allocations.measure(() -> {}));

            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(measurement::get)
                    .withCauseInstanceOf(AllocationUnavailableException.class)
                    .withMessageContaining("measure on a platform thread");
        } finally {
            threads.shutdown();
        }
    }
}
