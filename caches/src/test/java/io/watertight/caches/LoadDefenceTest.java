package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.hash.Funnels;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoadDefenceTest {
    private static final Duration TTL = Duration.ofMinutes(5);
    private final IOException cause = new IOException("connection refused");

    private final ManualTicker ticker = new ManualTicker();

    private LoadDefenceBuilder<Long> builder() {
        LoadDefenceBuilder<Long> builder = LoadDefence.builder("users");
        builder.ticker = ticker;
        builder.random = most -> 0; // the whole pause
        return builder;
    }

    private static void absent(LoadDefence<Long> defence, long key) {
        defence.admit(key);
        defence.absent(key, defence.stamp(key));
    }

    private LoadFailedException fail(LoadDefence<Long> defence, long key) {
        defence.admit(key);
        return defence.failed(key, defence.stamp(key), cause);
    }

    @Test
    void withoutOptionsLetsEverythingThrough() {
        LoadDefence<Long> defence = builder().build();

        absent(defence, 1);
        LoadFailedException failure = fail(defence, 2);

        assertThat(failure).hasCause(cause);
        assertThat(failure.retryAfter()).isZero();
        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(defence.isAbsent(2L)).isFalse();
        assertThat(defence.stats().admitted()).isEqualTo(2);
        assertThat(defence.stats().remembered()).isZero();
    }

    @Test
    void absentKeyIsRememberedForItsTime() {
        LoadDefence<Long> defence = builder().rememberAbsent(TTL).build();
        absent(defence, 1);

        ticker.advance(TTL.minusNanos(1));
        assertThat(defence.isAbsent(1L)).isTrue();
        assertThat(defence.isAbsent(2L)).isFalse();
        assertThat(defence.stats().absentHits()).isEqualTo(1);
        assertThat(defence.stats().remembered()).isEqualTo(1);

        ticker.advance(Duration.ofNanos(1));
        assertThat(defence.isAbsent(1L)).isFalse();

        ticker.advance(Duration.ofSeconds(2)); // its place is freed to about a second
        assertThat(defence.stats().remembered()).isZero();
    }

    @Test
    void putMakesAnAbsentKeyExist() {
        LoadDefence<Long> defence = builder().rememberAbsent(TTL).build();
        absent(defence, 1);
        absent(defence, 2);
        absent(defence, 3);

        defence.forget(1L);
        defence.announce(2L);
        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(defence.isAbsent(2L)).isFalse();
        assertThat(defence.isAbsent(3L)).isTrue();

        defence.forgetAll();
        assertThat(defence.isAbsent(3L)).isFalse();
    }

    @Test
    void loadThatBeganBeforeAPutDoesNotMakeTheKeyAbsent() {
        LoadDefence<Long> defence = builder().rememberAbsent(TTL).backOff().build();
        int stamp = defence.stamp(1L);
        int beforeAll = defence.stamp(2L);

        defence.forget(1L);
        defence.absent(1L, stamp);
        assertThat(defence.isAbsent(1L)).isFalse();

        assertThat(defence.failed(1L, stamp, cause).retryAfter()).isZero();
        assertThat(defence.isAbsent(1L)).isFalse();

        defence.forgetAll();
        defence.absent(2L, beforeAll);
        assertThat(defence.isAbsent(2L)).isFalse();
    }

    @Test
    void failedKeyFailsAtOnceUntilItsPauseIsOver() {
        LoadDefence<Long> defence = builder().backOff().build();
        LoadFailedException first = fail(defence, 1);
        assertThat(first).hasCause(cause);
        assertThat(first.retryAfter()).isEqualTo(Duration.ofMillis(50));

        ticker.advance(Duration.ofMillis(20));
        LoadFailedException again = catchThrowableOfType(LoadFailedException.class, () -> defence.isAbsent(1L));
        assertThat(again)
                .hasCause(cause)
                .hasMessageContaining("'users'")
                .hasMessageContaining("java.lang.Long")
                .hasMessageContaining("30 ms");
        assertThat(again.retryAfter()).isEqualTo(Duration.ofMillis(30));
        assertThat(defence.isAbsent(2L)).isFalse();

        ticker.advance(Duration.ofMillis(30));
        assertThat(defence.isAbsent(1L)).isFalse();
        assertThat(defence.stats().failuresRemembered()).isEqualTo(1);
        assertThat(defence.stats().failureHits()).isEqualTo(1);
    }

    @Test
    void pauseGrowsWhileItKeepsFailing() {
        LoadDefence<Long> defence = builder().backOff().build();
        long[] millis = {50, 100, 200, 400, 800, 1600, 3200, 5000, 5000};
        for (long expected : millis) {
            Duration pause = fail(defence, 1).retryAfter();
            assertThat(pause).isEqualTo(Duration.ofMillis(expected));
            ticker.advance(pause);
            assertThat(defence.isAbsent(1L)).isFalse();
        }

        defence.loaded(1L);
        assertThat(fail(defence, 1).retryAfter()).isEqualTo(Duration.ofMillis(50));

        fail(defence, 1);
        ticker.advance(Duration.ofSeconds(11)); // long after the pause
        assertThat(fail(defence, 1).retryAfter()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void pausesAreCutByUpToTheirHalfAtRandom() {
        LoadDefenceBuilder<Long> builder = builder().backOff();
        builder.random = most -> most - 1;
        LoadDefence<Long> defence = builder.build();

        assertThat(fail(defence, 1).retryAfter()).isEqualTo(Duration.ofMillis(25));
        assertThat(fail(defence, 1).retryAfter()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void longestBackOffDoesNotOverflow() {
        LoadDefence<Long> defence = builder()
                .backOff(Duration.ofNanos(1), Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        for (int i = 0; i < 200; i++) {
            assertThat(fail(defence, 1).retryAfter()).isPositive();
        }
    }

    @Test
    void rememberedKeysStayWithinTheirBound() {
        LoadDefence<Long> defence =
                builder().rememberAbsent(TTL).backOff().maximumRemembered(100).build();

        for (long key = 0; key < 10_000; key += 2) {
            absent(defence, key);
            fail(defence, key + 1);
        }

        assertThat(defence.stats().remembered()).isBetween(1L, 100L);
    }

    @Test
    void loadsBeyondTheRateAreRefused() {
        LoadDefence<Long> defence = builder().rateLimit(1e-6).build(); // one, and the next in eleven days
        defence.admit(1L);

        assertThatExceptionOfType(LoadRefusedException.class)
                .isThrownBy(() -> defence.admit(2L))
                .withMessageContaining("'users'")
                .withMessageContaining("1.0E-6 a second")
                .withMessageContaining("refused so far=1");

        assertThat(defence.stats().admitted()).isEqualTo(1);
        assertThat(defence.stats().refusedByRate()).isEqualTo(1);
    }

    /** Without a request of its own: the thread says that it is done by its end. */
    @Test
    void wrongOptionsAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LoadDefence.builder(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().maximumRemembered(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().rememberAbsent(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().backOff(TTL, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().rateLimit(0));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().rateLimit(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().filter(0, 0.01, Funnels.longFunnel(), Stream::empty));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().filter(1, 1, Funnels.longFunnel(), Stream::empty));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().rebuildEvery(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().audit().build())
                .withMessageContaining("filter()");
        assertThatIllegalStateException().isThrownBy(() -> builder().build().rebuild());
    }
}
