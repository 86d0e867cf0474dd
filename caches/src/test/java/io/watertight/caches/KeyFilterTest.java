package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnel;
import com.google.common.hash.Funnels;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyFilterTest {
    private static final Funnel<Long> FUNNEL = Funnels.longFunnel();
    private static final long BROKEN = -1;

    private final KeyFilter<Long> filter = new KeyFilter<>();

    private static BloomFilter<Long> empty() {
        return BloomFilter.create(FUNNEL, 1_000, 0.01);
    }

    private static BloomFilter<Long> throwing() {
        Funnel<Long> funnel = (key, into) -> {
            if (key == BROKEN) {
                throw new IllegalStateException("no bytes");
            }
            into.putLong(key);
        };
        return BloomFilter.create(funnel, 1_000, 0.01);
    }

    private void fill(BloomFilter<Long> next) {
        filter.begin(next);
        assertThat(filter.finish(next)).isTrue();
    }

    @Test
    void deniesNothingUntilItIsFilled() {
        assertThat(filter.denies(1L)).isFalse();
        assertThat(filter.falsePositiveRate()).isEqualTo(1);

        filter.begin(empty());

        assertThat(filter.denies(1L)).isFalse();
        assertThat(filter.isReady()).isFalse();
    }

    @Test
    void deniesWhatWasNotPut() {
        fill(empty());
        filter.put(1L);

        assertThat(filter.denies(1L)).isFalse();
        assertThat(filter.denies(2L)).isTrue();
    }

    @Test
    void keyThatIsPutWhileItIsFilledIsInBothFilters() {
        fill(empty());
        BloomFilter<Long> next = empty();
        filter.begin(next);

        filter.put(1L);

        assertThat(filter.denies(1L)).isFalse();
        filter.finish(next);
        assertThat(filter.denies(1L)).isFalse();
    }

    @Test
    void filterBeforeAnswersOnAfterAFailure() {
        fill(empty());
        filter.put(1L);
        filter.begin(empty());

        filter.abandon();

        assertThat(filter.denies(1L)).isFalse();
        assertThat(filter.denies(2L)).isTrue();
    }

    @Test
    void keyThatCannotBeReadEndsAllDenials() {
        fill(throwing());
        assertThat(filter.denies(2L)).isTrue();

        assertThatIllegalStateException().isThrownBy(() -> filter.put(BROKEN));

        assertThat(filter.denies(2L)).isFalse();
    }

    @Test
    void refillThatMissedAKeyIsNotUsed() {
        BloomFilter<Long> next = throwing();
        filter.begin(next);

        assertThatIllegalStateException().isThrownBy(() -> filter.put(BROKEN));

        assertThat(filter.finish(next)).isFalse();
        assertThat(filter.isReady()).isFalse();
    }

    @Test
    void noKeyThatWasPutIsEverDenied() {
        fill(BloomFilter.create(FUNNEL, 100_000, 0.01));
        LongStream.range(0, 100_000).forEach(filter::put);

        assertThat(LongStream.range(0, 100_000).filter(filter::denies).count()).isZero();
        assertThat(LongStream.range(100_000, 200_000)
                        .filter(key -> !filter.denies(key))
                        .count())
                .isLessThan(1_500);
        assertThat(filter.falsePositiveRate()).isBetween(0.005, 0.015);
    }
}
