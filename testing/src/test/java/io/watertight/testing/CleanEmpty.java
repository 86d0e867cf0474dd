package io.watertight.testing;

import org.junit.jupiter.api.RepeatedTest;

/** Tests that do nothing, unchecked and checked. */
final class CleanEmpty {
    static final int TIMES = 500;

    private CleanEmpty() {}

    static class Unchecked {
        @RepeatedTest(TIMES)
        void doesNothing() {}
    }

    @NoLeaks
    static class Checked extends Unchecked {}

    @NoLeaks
    static class CheckedWithAResource {
        @RepeatedTest(TIMES)
        void closes() {
            LeakyGround.DETECTOR.open(new Object(), ignored -> {}).close();
        }
    }
}
