package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Nothing is lost, and no interrupt goes astray, whatever happens at once. See {@link ExecutorStress}. */
class ExecutorStressTest {
    private static final long NIGHTLY = 10_000_000;
    private static final long USUAL = 1_000_000;

    private static ExecutorBuilder executor() {
        return CancellableExecutor.builder("stress").threads(2).queue(20).recycleAfter(50);
    }

    @Test
    void nothingIsLost() throws InterruptedException {
        assertThat(ExecutorStress.run(executor(), USUAL, 1)).isPositive();
    }

    @Test
    void nothingIsLostWhereCallersRunTasksOrWait() throws InterruptedException {
        ExecutorBuilder callerRuns = executor().onSaturation(SaturationPolicy.CALLER_RUNS);
        assertThat(ExecutorStress.run(callerRuns, USUAL / 4, 2)).isPositive();
        ExecutorBuilder waits = executor().onSaturation(SaturationPolicy.WAIT);
        assertThat(ExecutorStress.run(waits, USUAL / 4, 3)).isPositive();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void nothingIsLostWithVirtualThreads() throws InterruptedException {
        assertThat(ExecutorStress.run(executor().virtualThreads(), USUAL / 2, 4))
                .isPositive();
    }

    @Test
    @Tag("nightly")
    void nothingIsLostInALongRun() throws InterruptedException {
        ExecutorStress.runUntilCancelled(executor(), NIGHTLY, 5); // fails with what is lost
    }

    @Test
    @Tag("nightly")
    @EnabledForJreRange(min = JRE.JAVA_21)
    void nothingIsLostInALongRunOfVirtualThreads() throws InterruptedException {
        assertThat(ExecutorStress.run(executor().virtualThreads(), NIGHTLY, 6)).isPositive();
    }
}
