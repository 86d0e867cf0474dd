package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the protocol answers for operations whose allocations are known to the byte. */
class AllocationsTest {
    /** Lets what is allocated escape. */
    static volatile Object sink;

    private final ObjectLayout layout = ObjectLayout.current();
    private final int object = (int) layout.sizeOf(layout.headerBytes());
    private long calls;

    private int arrayOf(int bytes) {
        return (int) layout.sizeOf(arrayHeader() + bytes);
    }

    private int arrayHeader() {
        return layout.headerBytes() == 16 ? (layout.referenceBytes() == 4 ? 20 : 24) : layout.headerBytes() + 4;
    }

    private static double bytesOf(AllocatingOperation operation) {
        return Allocations.measure(operation).bytesPerOperation();
    }

    @Test
    void knownSizesAreExact() {
        assertThat(bytesOf(() -> sink = new Object())).isEqualTo(object);
        assertThat(bytesOf(() -> sink = new byte[1])).isEqualTo(arrayOf(1));
        assertThat(bytesOf(() -> sink = new byte[1000])).isEqualTo(arrayOf(1000));
    }

    @Test
    void largeObjectsAreExact() {
        int megabytes = 4 << 20;

        assertThat(bytesOf(() -> sink = new byte[megabytes])).isEqualTo(arrayOf(megabytes));
    }

    @Test
    void operationThatAllocatesNothingMeasuresExactlyZero() {
        AllocationResult result = Allocations.measure(() -> calls++);

        assertThat(result.bytesPerOperation()).isEqualTo(0);
        assertThat(result.settled()).isTrue();
        assertThat(result.grows()).isFalse();
    }

    @Test
    void sameOperationGivesTheSameBytesTwentyTimes() {
        AllocatingOperation operation = () -> sink = Long.toString(1_000_000 + calls++ % 1_000);
        Set<Double> answers = new HashSet<>();

        for (int i = 0; i < 20; i++) {
            answers.add(bytesOf(operation));
        }

        assertThat(answers).hasSize(1);
    }

    @Test
    void everySixtyFourthOperationIsAveragedExactly() {

        AllocationResult result = Allocations.measure(() -> {
            if (calls++ % 64 == 0) {
                sink = new Object();
            }
        });

        assertThat(result.bytesPerOperation()).isEqualTo(object / 64.0);
        assertThat(result.patternBatches()).isEqualTo(4);
        assertThat(result.message()).contains("only some operations allocate");
    }

    @Test
    void everyThreeThousandthOperationIsAveragedExactly() {
        AllocationResult result = Allocations.measure(() -> {
            if (calls++ % 3_000 == 0) {
                sink = new byte[1_000];
            }
        });

        assertThat(result.bytesPerOperation()).isEqualTo(arrayOf(1_000) / 3_000.0);
    }

    @Test
    void irregularAllocationsAreAveragedAndSaidNotToBeSettled() {
        SplittableRandom random = new SplittableRandom(42);

        AllocationResult result = Allocations.measure(() -> {
            if (random.nextInt(10) == 0) {
                sink = new Object();
            }
        });

        assertThat(result.settled()).isFalse();
        assertThat(result.grows()).isFalse();
        assertThat(result.bytesPerOperation())
                .isCloseTo(object / 10.0, org.assertj.core.data.Percentage.withPercentage(2));
    }

    @Test
    void threeThatBecomesAHundredAndFiftyIsGrowth() {
        AllocatingOperation operation = () -> sink = new byte[calls++ < 60_000 ? 3 : 150];

        AllocationResult result = Allocations.measure(operation);

        assertThat(result.grows()).isTrue();
        assertThat(result.bytesPerOperation()).isEqualTo(arrayOf(150));
        assertThat(result.message()).contains("it grows");
    }

    @Test
    void growthFailsEvenWithinTheBudget() {
        AllocatingOperation operation = () -> sink = new byte[(int) (calls++ / 1_000)];

        assertThatThrownBy(() -> Allocations.assertAllocatesAtMost(100_000, AllocationMode.STEADY, operation))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("allocates more with time")
                .hasMessageContaining("it grows");
    }

    @Test
    void amortisedGrowthIsNotHiddenByTheBatchesBetween() {
        assertThatThrownBy(() -> Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, adding()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not settled")
                .hasMessageContaining("java.lang.Object[]");
        assertThatThrownBy(() -> Allocations.assertAllocatesNothing(adding()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("STRICT");
    }

    private static AllocatingOperation adding() {
        List<Object> list = new ArrayList<>();
        return () -> list.add("");
    }

    @Test
    void failureNamesAmountBudgetLayoutAndLines() {
        assertThatThrownBy(() ->
                        Allocations.assertAllocatesAtMost(100, AllocationMode.STRICT, () -> sink = new byte[1_000]))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("budget 100 B STRICT")
                .hasMessageContaining("measured " + arrayOf(1_000) + " B per operation")
                .hasMessageContaining(layout.key())
                .hasMessageContaining("100 % byte[] at " + AllocationsTest.class.getName())
                .hasMessageContaining("failureNamesAmountBudgetLayoutAndLines");
    }

    @Test
    void budgetThatIsKeptPasses() {
        Allocations.assertAllocatesAtMost(arrayOf(1_000), AllocationMode.STRICT, () -> sink = new byte[1_000]);
        Allocations.assertAllocatesAtMost(arrayOf(1_000), AllocationMode.STEADY, () -> sink = new byte[1_000]);
        Allocations.assertAllocatesNothing(() -> calls++);
    }

    @Test
    void objectsThatTheCompilerRemovesCountInStrictModeOnly() {
        // A class of this test alone: its code must not be compiled before.
        record Point(long x, long y) {}
        AllocatingOperation operation = () -> {
            Point point = new Point(calls, 1);
            calls = point.x() + point.y();
        };

        assertThatThrownBy(() -> Allocations.assertAllocatesNothing(operation)).isInstanceOf(AssertionError.class);
        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, operation);
    }

    @Test
    void valueEscapesAndIsForgottenAfterwards() {
        assertThat(Allocations.measureValue(Object::new).bytesPerOperation()).isEqualTo(object);
    }

    @Test
    void whatTheOperationThrowsReachesTheCallerAsItIs() {
        IOException failure = new IOException("broken");

        assertThatThrownBy(() -> Allocations.measure(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
    }

    @Test
    void slowOperationsRunInSmallBatches() {
        AllocationResult result = Allocations.measure(() -> {
            for (int i = 0; i < 2_000; i++) {
                sink = new byte[1_000];
            }
        });

        assertThat(result.operationsPerBatch()).isLessThan(2_000);
        assertThat(result.bytesPerOperation()).isEqualTo(2_000 * arrayOf(1_000));
    }

    @Test
    void allocationsOfOtherThreadsDoNotCount() throws InterruptedException {
        Thread other = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                sink = new byte[100];
            }
        });
        other.start();
        try {
            assertThat(bytesOf(() -> calls++)).isEqualTo(0);
        } finally {
            other.interrupt();
            other.join();
        }
    }

    @Test
    void growthWithTheInputIsFound() {
        assertThatThrownBy(() -> Allocations.assertNoGrowthWithSize(100, n -> () -> sink = new byte[n]))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("n=100: " + arrayOf(100) + " B")
                .hasMessageContaining("n=400: " + arrayOf(400) + " B");
    }

    @Test
    void inputThatDoesNotMatterPasses() {
        Allocations.assertNoGrowthWithSize(100, n -> {
            byte[] input = new byte[n];
            return () -> {
                for (byte b : input) {
                    calls += b;
                }
                sink = new Object();
            };
        });
    }

    @Test
    void nonsenseIsRefused() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Allocations.assertAllocatesAtMost(-1, AllocationMode.STRICT, () -> {}))
                .withMessageContaining("bytesPerOperation");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Allocations.assertAllocatesAtMost(Double.NaN, AllocationMode.STRICT, () -> {}))
                .withMessageContaining("bytesPerOperation");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Allocations.assertNoGrowthWithSize(0, n -> () -> {}))
                .withMessageContaining("n must be");
        assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> Allocations.measure(null));
    }
}
