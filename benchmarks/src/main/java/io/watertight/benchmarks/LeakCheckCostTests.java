package io.watertight.benchmarks;

import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import io.watertight.testing.NoLeaks;
import org.junit.jupiter.api.RepeatedTest;

/** The tests that {@link LeakCheckCost} runs: without the check and with it, idle and opening one resource each. */
final class LeakCheckCostTests {
    static final int TESTS = 2_000;

    private static final LeakDetector DETECTOR = LeakDetector.of("benchmark");

    private LeakCheckCostTests() {}

    static class Idle {
        @RepeatedTest(TESTS)
        void doesNothing() {}
    }

    @NoLeaks
    static class CheckedIdle extends Idle {}

    static class Opening {
        @RepeatedTest(TESTS)
        void opensAndCloses() {
            try (Guard<Object> guard = DETECTOR.open(new Object(), ignored -> {})) {
                guard.isOpen();
            }
        }
    }

    @NoLeaks
    static class CheckedOpening extends Opening {}
}
