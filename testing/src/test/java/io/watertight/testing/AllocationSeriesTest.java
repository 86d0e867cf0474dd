package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What follows from a series of batches, each of 1,000 operations. */
class AllocationSeriesTest {
    private static final int FEWEST = 5;

    private final AllocationSeries series = new AllocationSeries(1_000);

    private void add(int times, long... batches) {
        for (int i = 0; i < times; i++) {
            for (long batch : batches) {
                series.add(batch);
            }
        }
    }

    @Test
    void equalBatchesAreSteady() {
        add(5, 24_000);

        assertThat(series.steady(FEWEST)).isEqualTo(new AllocationSeries.Run(0, 1, 24));
    }

    @Test
    void tooFewBatchesAreNotSteady() {
        add(4, 24_000);

        assertThat(series.steady(FEWEST)).isNull();
    }

    @Test
    void repeatedPatternIsSteadyAndAveragedOverWholePatterns() {
        add(4, 496, 512, 496);

        assertThat(series.steady(FEWEST)).isEqualTo(new AllocationSeries.Run(0, 3, (496 + 512 + 496) / 3_000.0));
    }

    @Test
    void runMustBeThreeTimesAsLongAsAllBefore() {
        for (int i = 0; i < 10; i++) {
            series.add(24_000 + i);
        }
        add(29, 0);
        assertThat(series.steady(FEWEST)).isNull();

        add(1, 0);

        assertThat(series.steady(FEWEST)).isEqualTo(new AllocationSeries.Run(10, 1, 0));
    }

    @Test
    void levelsThatCompilersLeftBehindCountLess() {
        add(40, 48_000);
        add(40, 24_000);
        add(1, 12_000);
        assertThat(series.hasFallen(FEWEST)).isFalse();
        add(22, 0);
        assertThat(series.hasFallen(FEWEST)).isTrue();
        assertThat(series.steady(FEWEST)).isNull();

        add(1, 0); // 80 / 4 and 3 for the batch between

        assertThat(series.steady(FEWEST)).isEqualTo(new AllocationSeries.Run(81, 1, 0));
    }

    @Test
    void levelThatWasLowerCountsInFull() {
        add(10, 0);
        add(29, 24_000);
        assertThat(series.steady(FEWEST)).isNull();
        assertThat(series.hasFallen(FEWEST)).isFalse();

        add(1, 24_000);

        assertThat(series.steady(FEWEST)).isEqualTo(new AllocationSeries.Run(10, 1, 24));
    }

    @Test
    void doublingIsNeverSteady() {
        for (int i = 1, next = 10; i < 5_000; i++) {
            boolean doubles = i == next;
            series.add(doubles ? 8L * i : 0);
            next = doubles ? 2 * next : next;
            assertThat(i > 40 && series.steady(FEWEST) != null).isFalse();
        }
    }

    @Test
    void noiseOnceInALongRunOnlyDelaysTheAnswer() {
        add(20, 0);
        add(1, 1_900);
        add(62, 0);
        assertThat(series.steady(FEWEST)).isNull();

        add(1, 0);

        assertThat(series.steady(FEWEST)).isEqualTo(new AllocationSeries.Run(21, 1, 0));
    }

    @Test
    void lessBeforeTheSteadyStateIsGrowthAndMoreIsNot() {
        add(5, 3_000);
        add(15, 150_000);
        assertThat(series.growsBefore(series.steady(FEWEST), FEWEST)).isTrue();

        AllocationSeries falling = new AllocationSeries(1_000);
        for (int i = 0; i < 20; i++) {
            falling.add(i < 5 ? 150_000 : 3_000);
        }
        assertThat(falling.growsBefore(falling.steady(FEWEST), FEWEST)).isFalse();
    }

    @Test
    void slopeIsGrowth() {
        for (int i = 0; i < 30; i++) {
            series.add(1_000L * i);
        }

        assertThat(series.grows()).isTrue();
    }

    @Test
    void unevennessIsNoGrowth() {
        for (int seed = 0; seed < 1_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            AllocationSeries uneven = new AllocationSeries(1_000);
            for (int i = 0; i < 300; i++) {
                uneven.add(16L * random.nextInt(20));
            }
            assertThat(uneven.grows()).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void oneBatchAboveTheBudgetIsForgivenOnceEnoughFollow() {
        add(9, 0);
        add(1, 2_000);
        add(29, 0);
        assertThat(series.isWithin(0)).isFalse();

        add(1, 0);

        assertThat(series.isWithin(0)).isTrue();
    }

    @Test
    void twoBatchesAboveTheBudgetAreNotForgiven() {
        add(2, 2_000);
        add(100, 0);

        assertThat(series.isWithin(0)).isFalse();
        assertThat(series.isWithin(2)).isTrue();
    }

    @Test
    void aHundredthOfAByteIsTolerated() {
        add(5, 10);
        assertThat(series.isWithin(0)).isTrue();

        add(2, 11);

        assertThat(series.isWithin(0)).isFalse();
    }
}
