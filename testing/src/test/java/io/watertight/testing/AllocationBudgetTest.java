package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class AllocationBudgetTest {
    static volatile Object sink;

    @TempDir
    Path directory;

    private static Events run(Class<?> fixture, String... parameters) {
        EngineTestKit.Builder kit = EngineTestKit.engine("junit-jupiter").selectors(selectClass(fixture));
        for (int i = 0; i < parameters.length; i += 2) {
            kit.configurationParameter(parameters[i], parameters[i + 1]);
        }
        return kit.execute().testEvents();
    }

    // @start region="budget"
    private final ArrayDeque<String> queue = new ArrayDeque<>();

    @Test
    @AllocationBudget(bytesPerOperation = 0)
    void offerAndPollAllocateNothing() {
        queue.offer("job");
        queue.poll();
    }
    // @end

    static class Kept {
        static final List<String> CALLS = new ArrayList<>();
        private long count;

        @BeforeEach
        void before() {
            CALLS.add("before");
        }

        @AfterEach
        void after() {
            CALLS.add("after " + (count > 50_000));
        }

        @Test
        @AllocationBudget
        void counts() {
            count++;
        }
    }

    @Test
    void bodyIsMeasuredBetweenTheCallbacks() {
        Kept.CALLS.clear();

        run(Kept.class).assertStatistics(stats -> stats.succeeded(1).failed(0));

        assertThat(Kept.CALLS).containsExactly("before", "after true");
    }

    static class Exceeded {
        @Test
        @AllocationBudget(bytesPerOperation = 100)
        void allocatesAThousand() {
            sink = new byte[1_000];
        }
    }

    @Test
    void exceededBudgetFailsAndNamesAmountBudgetLayoutAndLine() {
        ObjectLayout layout = ObjectLayout.current();

        run(Exceeded.class)
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(finishedWithFailure(message(text -> text.contains("Exceeded.allocatesAThousand'")
                                && text.contains("budget 100 B STRICT")
                                && text.contains("measured 10")
                                && text.contains(layout.key())
                                && text.contains("100 % byte[] at " + Exceeded.class.getName())))));
    }

    static class WithArguments {
        @ParameterizedTest
        @CsvSource({"1, 24", "1000, 1016", "1000, 1000", "2, 40"})
        @AllocationBudget(bytesPerOperation = 1016)
        void allocates(int size, long ignored) {
            sink = new byte[size == 2 ? 2_000 : size];
        }

        @ParameterizedTest
        @CsvSource({"1, 2, x", "3, 4, y"})
        @AllocationBudget
        void argumentsAreNotBoxed(long one, double two, String three) {
            if (one < 0 || two < 0) {
                sink = three;
            }
        }

        @RepeatedTest(2)
        @AllocationBudget
        void repeats() {}
    }

    @Test
    void parameterizedAndRepeatedTestsHaveBudgetsOfTheirOwn() {
        run(WithArguments.class).assertStatistics(stats -> stats.succeeded(7).failed(1));
    }

    static class Broken {
        private int count;

        @Test
        @AllocationBudget
        void failsOnTheSecondRun() {
            assertThat(++count).isEqualTo(1);
        }

        @Test
        @AllocationBudget(bytesPerOperation = -1)
        void hasANegativeBudget() {}

        @Test
        @AllocationBudget(bytesPerOperation = 24, baseline = true)
        void hasTwoBudgets() {}
    }

    @Test
    void brokenTestsFailWithTheirOwnMessages() {
        Events events = run(Broken.class);

        events.assertStatistics(stats -> stats.succeeded(0).failed(3));
        events.assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(text -> text.contains("but was: 2")))))
                .haveExactly(1, event(finishedWithFailure(message(text -> text.contains("at least 0: -1")))))
                .haveExactly(1, event(finishedWithFailure(message(text -> text.contains("exclude each other")))));
    }

    static class Remembered {
        static int size;

        @Test
        @AllocationBudget(baseline = true)
        void allocates() {
            sink = new byte[size];
        }
    }

    @Test
    void baselineIsWrittenWithOneFlagAndComparedWithoutIt() throws Exception {
        Path file = directory.resolve("deep/allocations.baseline");
        String path = AllocationBaseline.FILE_PROPERTY;
        String write = AllocationBaseline.WRITE_PROPERTY;
        Remembered.size = 100;

        run(Remembered.class, path, file.toString()).assertStatistics(stats -> stats.failed(1));
        run(Remembered.class, path, file.toString(), write, "true").assertStatistics(stats -> stats.succeeded(1));
        String written = Files.readString(file);
        run(Remembered.class, path, file.toString()).assertStatistics(stats -> stats.succeeded(1));
        Remembered.size = 108;
        run(Remembered.class, path, file.toString())
                .assertThatEvents()
                .haveExactly(
                        1, event(finishedWithFailure(message(text -> text.contains("+8") && text.contains("MORE")))));

        assertThat(written).contains("Remembered.allocates\t");
        assertThat(file).hasContent(written);
    }
}
