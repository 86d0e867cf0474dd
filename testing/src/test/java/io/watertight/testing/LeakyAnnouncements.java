package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;
import static io.watertight.testing.LeakyGround.here;
import static io.watertight.testing.LeakyGround.keep;
import static io.watertight.testing.LeakyGround.untilTheEnd;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tests that announce their leaks: accepted ones and expected ones. */
final class LeakyAnnouncements {
    private LeakyAnnouncements() {}

    static void leak() {
        keep(DETECTOR.site("announced").open(new Object(), ignored -> {}));
    }

    private static void leaveExecutor() throws Exception {
        ExecutorService executor = untilTheEnd(Executors.newFixedThreadPool(1, task -> new Thread(task, "crew-1")));
        here(executor).submit(() -> {}).get();
    }

    @NoLeaks
    static class Allowed {
        @Test
        @AllowLeaks(type = "fixture", reason = "a test of this very thing")
        void byType() {
            leak();
            leak();
        }

        @Test
        @AllowLeaks(type = "*", reason = "a test of this very thing")
        void byStar() {
            leak();
            untilTheEnd("allowed").start();
        }

        @Test
        @AllowLeaks(type = "fixture", at = "announced", reason = "a test of this very thing")
        void byPlace() {
            leak();
        }

        @Test
        @AllowLeaks(type = "thread", at = "allowed-", reason = "a test of this very thing")
        void byThreadName() {
            untilTheEnd("allowed-7").start();
        }

        @Test
        @AllowLeaks(type = "executor", at = "crew", reason = "a test of this very thing")
        void byExecutorThreadName() throws Exception {
            leaveExecutor();
        }

        @Test
        @AllowLeaks(type = "thread", reason = "a test of this very thing")
        @AllowLeaks(type = "fixture", reason = "a test of this very thing")
        void byTwo() {
            leak();
            untilTheEnd("allowed").start();
        }

        @Test
        @AllowLeaks(type = "fixture", at = "elsewhere", reason = "a test of this very thing")
        void wrongPlace() {
            leak();
        }

        @Test
        @AllowLeaks(type = "thread", reason = "a test of this very thing")
        void wrongType() {
            leak();
        }

        @Test
        @AllowLeaks(type = "fixture", reason = "needs not come true")
        void unused() {}
    }

    @NoLeaks
    @AllowLeaks(type = "fixture", reason = "all tests of this class do it")
    static class AllowedForAll {
        @Test
        void leaks() {
            leak();
        }

        @Test
        void leavesThread() {
            untilTheEnd("unannounced").start();
        }

        @TestFactory
        Stream<DynamicNode> dynamic() {
            return Stream.of(dynamicTest("leaks", LeakyAnnouncements::leak));
        }

        @Nested
        class Inside {
            @Test
            void leaks() {
                leak();
            }
        }
    }

    static class AllowedByInheritance extends AllowedForAll {
        @Test
        void leaksToo() {
            leak();
        }
    }

    @NoLeaks
    static class AllowedWithoutReason {
        @Test
        @AllowLeaks(type = "fixture", reason = " ")
        void leaks() {
            leak();
        }
    }

    @NoLeaks
    static class Expected {
        @Test
        @ExpectLeak(type = "fixture")
        void met() {
            leak();
        }

        @Test
        @ExpectLeak(type = "fixture", at = "announced", count = 2)
        void metTwice() {
            leak();
            leak();
        }

        @Test
        @ExpectLeak(type = "thread", at = "expected-1")
        @ExpectLeak(type = "fixture")
        void metBoth() {
            leak();
            untilTheEnd("expected-1").start();
        }

        @Test
        @ExpectLeak(type = "executor", at = "crew")
        void metByExecutor() throws Exception {
            leaveExecutor();
        }

        @Test
        @ExpectLeak(type = "*")
        void metByAnything() throws Exception {
            leaveExecutor();
        }

        @Test
        @ExpectLeak(type = "fixture")
        void unmet() {}

        @Test
        @ExpectLeak(type = "fixture", at = "announced", count = 2)
        void metOnceOnly() {
            leak();
        }

        @Test
        @ExpectLeak(type = "fixture")
        void oneTooMany() {
            leak();
            leak();
        }

        @Test
        @ExpectLeak(type = "fixture", count = 0)
        void none() {
            leak();
        }
    }

    @NoLeaks
    static class ExpectedOfDynamic {
        @TestFactory
        @ExpectLeak(type = "fixture")
        Stream<DynamicNode> factory() {
            return Stream.of(
                    dynamicTest("leaks", LeakyAnnouncements::leak),
                    dynamicTest("leaks too", LeakyAnnouncements::leak),
                    dynamicTest("does not", () -> {}));
        }
    }
}
