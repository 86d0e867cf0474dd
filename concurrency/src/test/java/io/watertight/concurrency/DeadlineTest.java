package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private final ManualTicker ticker = new ManualTicker();

    @Test
    void passesAtItsMoment() {
        Deadline deadline = Deadline.after(SECOND, ticker);
        ticker.advance(SECOND.minusNanos(1));

        assertThat(deadline.isExpired()).isFalse();
        assertThat(deadline.remaining()).isEqualTo(Duration.ofNanos(1));
        ticker.advance(Duration.ofNanos(1));
        assertThat(deadline.isExpired()).isTrue();
        assertThat(deadline.remaining()).isZero();
        ticker.advance(SECOND);
        assertThat(deadline.remaining()).isZero();
    }

    @Test
    void zeroAndNegativeDelaysHavePassed() {
        assertThat(Deadline.after(Duration.ZERO, ticker).isExpired()).isTrue();
        assertThat(Deadline.after(SECOND.negated(), ticker).isExpired()).isTrue();
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE), ticker).isExpired())
                .isTrue();
    }

    @Test
    void neverPasses() {
        assertThat(Deadline.never().isExpired()).isFalse();
        assertThat(Deadline.never().isNever()).isTrue();
        assertThat(Deadline.never().remaining()).isGreaterThan(Duration.ofDays(100_000));
        assertThat(Deadline.after(SECOND).isNever()).isFalse();
    }

    @Test
    void nothingOverflows() {
        ticker.advance(Duration.ofNanos(Long.MAX_VALUE)); // the clock is about to wrap
        Deadline soon = Deadline.after(SECOND, ticker);
        Deadline latest = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), ticker);

        assertThat(soon.isExpired()).isFalse();
        assertThat(latest.isExpired()).isFalse();
        assertThat(latest.remaining()).isGreaterThan(Duration.ofDays(50_000));
        assertThat(soon).isLessThan(latest);
        ticker.advance(SECOND);
        assertThat(soon.isExpired()).isTrue();
        assertThat(latest.isExpired()).isFalse();
        assertThat(Deadline.after(SECOND, ticker)).isBetween(soon, latest);
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE), ticker)).isLessThan(latest);
    }

    @Test
    void isInheritedByMinimum() {
        Deadline early = Deadline.after(SECOND, ticker);
        Deadline late = Deadline.after(SECOND.multipliedBy(2), ticker);
        Deadline asEarly = Deadline.after(SECOND, ticker);

        assertThat(early.min(late)).isSameAs(early);
        assertThat(late.min(early)).isSameAs(early);
        assertThat(early.min(asEarly)).isSameAs(early);
        assertThat(late.min(Deadline.never())).isSameAs(late);
        assertThat(Deadline.never().min(late)).isSameAs(late);
        assertThat(Deadline.never().min(Deadline.never())).isSameAs(Deadline.never());
        assertThat(early.isBefore(late)).isTrue();
        assertThat(early.isBefore(asEarly)).isFalse();
        assertThat(early.isBefore(Deadline.never())).isTrue();
        assertThat(Deadline.never().isBefore(early)).isFalse();
    }

    @Test
    void thoseOfTwoClocksAreNotCompared() {
        Deadline other = Deadline.after(SECOND, new ManualTicker());
        Deadline deadline = Deadline.after(SECOND, ticker);

        assertThatThrownBy(() -> deadline.min(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another clock");
        assertThat(deadline).isNotEqualTo(other);
    }

    @Test
    void equalMomentsAreEqual() {
        assertThat(Deadline.after(SECOND, ticker))
                .isEqualTo(Deadline.after(SECOND, ticker))
                .hasSameHashCodeAs(Deadline.after(SECOND, ticker))
                .isNotEqualTo(Deadline.after(SECOND.plusNanos(1), ticker))
                .isNotEqualTo(Deadline.never());
        assertThat(Deadline.never()).isEqualTo(Deadline.never());
    }

    @Test
    void saysHowFarItIs() {
        assertThat(Deadline.after(SECOND, ticker)).hasToString("Deadline[in 1000 ms]");
        assertThat(Deadline.after(SECOND.negated(), ticker)).hasToString("Deadline[1000 ms ago]");
        assertThat(Deadline.never()).hasToString("Deadline[never]");
    }

    @Test
    void checksAllocateNothing() {
        Deadline deadline = Deadline.after(SECOND);
        Deadline other = Deadline.after(SECOND);

        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            if (deadline.isExpired() && deadline.min(other).remainingNanos() > 0) {
                throw new AssertionError("expired, and time is left");
            }
        });
    }
}
