package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The guarantee of the docs: the first 1,024, then 1/N within the budget, then, after a leak, as fast as the budget allows. */
class SiteSamplerTest {
    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final SiteSampler sampler = detector.sampler();

    private int keyedOf(int acquisitions) {
        int keyed = 0;
        for (int i = 0; i < acquisitions; i++) {
            if (sampler.site().isAttributed()) {
                keyed++;
            }
        }
        return keyed;
    }

    private void exhaustBudget() {
        test.registry.captureBudget.spend(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void firstAcquisitionsAreAllKeyedWhateverTheBudget() {
        exhaustBudget();

        assertThat(keyedOf(SiteSampler.KEYED_AT_START)).isEqualTo(SiteSampler.KEYED_AT_START);
    }

    @Test
    void withoutBudgetNothingMoreIsKeyedAndTheIntervalGrows() {
        keyedOf(SiteSampler.KEYED_AT_START);
        exhaustBudget();

        assertThat(keyedOf(10_000)).isZero();

        assertThat(sampler.interval()).isGreaterThan(1_000);
    }

    @Test
    void intervalShrinksWhenTheBudgetIsFullAgain() {
        keyedOf(SiteSampler.KEYED_AT_START);
        exhaustBudget();
        keyedOf(10_000);
        int grown = sampler.interval();

        test.advance(Duration.ofHours(1));
        int keyed = keyedOf(100_000);

        assertThat(sampler.interval()).isLessThan(grown);
        assertThat(keyed).isPositive();
    }

    @Test
    void leakOpensAWindowInWhichEveryAcquisitionIsKeyed() {
        keyedOf(SiteSampler.KEYED_AT_START);
        exhaustBudget();
        keyedOf(100_000);
        test.advance(Duration.ofHours(1));

        sampler.signal();

        assertThat(keyedOf(500)).isEqualTo(500);
        assertThat(sampler.interval()).isEqualTo(1);
    }

    @Test
    void windowNeverExceedsTheBudget() {
        keyedOf(SiteSampler.KEYED_AT_START);
        exhaustBudget();
        sampler.signal();

        assertThat(keyedOf(1_000)).isZero();
    }

    @Test
    void windowClosesAfterTenMinutes() {
        sampler.signal();
        assertThat(sampler.isWindowOpen()).isTrue();

        test.advance(Duration.ofMinutes(10).plusSeconds(1));

        assertThat(sampler.isWindowOpen()).isFalse();
    }

    @Test
    void anyEvidenceOpensTheWindow() {
        Guard<String> guard = detector.site("s").open("resource", resource -> {});

        test.collect(guard);

        assertThat(sampler.isWindowOpen()).isTrue();
    }

    @Test
    void budgetIsHalfAPercentOfACore() {
        CoarseClock clock = new CoarseClock(test.ticker);
        CaptureBudget budget = new CaptureBudget(clock);
        budget.spend(Duration.ofSeconds(10).toNanos());

        test.ticker.advance(Duration.ofSeconds(10_000));
        clock.refresh();

        assertThat(budget.allows()).isTrue();
        budget.spend(Duration.ofSeconds(1).toNanos());
        test.ticker.advance(Duration.ofSeconds(100));
        clock.refresh();
        assertThat(budget.allows()).isFalse();
        assertThat(budget.spentNanos()).isEqualTo(Duration.ofSeconds(11).toNanos());
    }

    @Test
    void fullKeysEveryAcquisition() {
        keyedOf(SiteSampler.KEYED_AT_START);
        exhaustBudget();
        detector.level(TrackingLevel.FULL);

        assertThat(keyedOf(100)).isEqualTo(100);
    }

    @Test
    void offWalksNoStack() {
        detector.level(TrackingLevel.OFF);

        assertThat(keyedOf(100)).isZero();
    }
}
