package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time passes by hand, and delays are as long as they may be, unless a test says otherwise. */
class RetryTest {
    private final ManualTicker ticker = new ManualTicker();
    private final List<Duration> pauses = new ArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private Runnable whilePaused = () -> {};

    private RetryBuilder retry(int most) {
        return Retry.builder("orders")
                .attempts(most)
                .within(Duration.ofSeconds(3))
                .backoff(Duration.ofMillis(100), Duration.ofMillis(350))
                .host(ticker, this::pause, longest -> longest);
    }

    private void pause(long nanos, CancelToken token) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pauses.add(Duration.ofNanos(nanos));
        ticker.advance(Duration.ofNanos(nanos));
        whilePaused.run();
    }

    private String failing(int failures) throws IOException {
        int now = attempts.incrementAndGet();
        if (now <= failures) {
            throw new IOException("attempt " + now);
        }
        return "result";
    }

    private static List<String> messages(Throwable[] failures) {
        return List.of(failures).stream().map(Throwable::getMessage).toList();
    }

    @Test
    void firstAttemptThatSucceedsIsTheOnlyOne() throws Exception {
        Retry retry = retry(4).build();

        String result = retry.call((token, deadline) -> failing(0));

        assertThat(result).isEqualTo("result");

        assertThat(attempts).hasValue(1);
        assertThat(pauses).isEmpty();
        assertThat(retry.stats()).isEqualTo(new RetryStats(1, 0, 0, 0, 0, 0));
    }

    @Test
    void delaysDoubleUpToTheLongest() throws Exception {
        Retry retry = retry(5).build();

        String result = retry.call((token, deadline) -> failing(4));

        assertThat(result).isEqualTo("result");

        assertThat(pauses)
                .containsExactly(
                        Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(350), Duration.ofMillis(350));
        assertThat(retry.stats()).isEqualTo(new RetryStats(1, 4, 1, 0, 0, 0));
    }

    @Test
    void delayIsDrawnBetweenNothingAndItsBound() {
        SplittableRandom random = new SplittableRandom(42);
        Retry retry = Retry.builder("orders")
                .attempts(1_000)
                .within(Duration.ofDays(1))
                .backoff(Duration.ofMillis(100), Duration.ofMillis(800))
                .host(ticker, this::pause, random::nextLong)
                .build();

        long[] drawn = new long[10_000];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = retry.delayNanos(5) / 1_000_000;
        }

        assertThat(Arrays.stream(drawn)).allMatch(millis -> millis >= 0 && millis < 800);
        assertThat(List.of(0, 200, 400, 600))
                .allSatisfy(from -> assertThat(Arrays.stream(drawn)
                                .filter(millis -> millis >= from && millis < from + 200)
                                .count())
                        .isBetween(2_300L, 2_700L));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 60, 64, 65, 1_000})
    void delayOfAnyAttemptIsInBounds(int attempt) {
        Retry shortest = retry(1_000)
                .backoff(Duration.ofNanos(1), Duration.ofDays(100_000))
                .build();
        Retry longest = retry(1_000)
                .backoff(Duration.ofSeconds(Long.MAX_VALUE), Duration.ofSeconds(Long.MAX_VALUE))
                .build();

        assertThat(shortest.delayNanos(attempt))
                .isPositive()
                .isLessThanOrEqualTo(Duration.ofDays(100_000).toNanos());
        assertThat(longest.delayNanos(attempt)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void lastFailureIsThrownWithTheOthersSuppressed() {
        Retry retry = retry(3).build();

        Throwable thrown = catchThrowable(() -> retry.call((token, deadline) -> failing(9)));

        assertThat(thrown).isInstanceOf(IOException.class).hasMessage("attempt 3");
        assertThat(messages(thrown.getSuppressed())).containsExactly("attempt 1", "attempt 2");
        assertThat(attempts).hasValue(3);
        assertThat(retry.stats()).isEqualTo(new RetryStats(1, 2, 0, 1, 0, 0));
    }

    @Test
    void firstSixteenFailuresAreSuppressed() {
        Retry retry = retry(40).backoff(Duration.ZERO, Duration.ZERO).build();

        Throwable thrown = catchThrowable(() -> retry.call((token, deadline) -> failing(99)));

        assertThat(thrown).hasMessage("attempt 40");
        assertThat(messages(thrown.getSuppressed()))
                .hasSize(16)
                .startsWith("attempt 1")
                .endsWith("attempt 16");
    }

    @Test
    void oneExceptionThrownAgainAndAgainDoesNotGrow() {
        IOException same = new IOException("same");
        Retry retry = retry(3).build();

        for (int call = 0; call < 30; call++) {
            assertThatThrownBy(() -> retry.call((token, deadline) -> {
                        throw attempts.incrementAndGet() % 3 == 0 ? same : new IOException("other");
                    }))
                    .isSameAs(same);
            assertThatThrownBy(() -> retry.call((token, deadline) -> {
                        throw same;
                    }))
                    .isSameAs(same);
        }

        assertThat(same.getSuppressed()).hasSize(16);
    }

    @Test
    void attemptsShareOneDeadline() {
        Retry retry = retry(100).build();
        List<Duration> left = new ArrayList<>();

        Throwable thrown = catchThrowable(() -> retry.call((token, deadline) -> {
            left.add(deadline.remaining());
            ticker.advance(Duration.ofSeconds(1));
            return failing(99);
        }));

        assertThat(left).containsExactly(Duration.ofMillis(3_000), Duration.ofMillis(1_900), Duration.ofMillis(700));
        assertThat(ticker.nanos()).isEqualTo(Duration.ofMillis(3_300).toNanos()); // the last one ran over by itself
        assertThat(thrown)
                .isInstanceOf(Retry.StoppedException.class)
                .hasMessageStartingWith(
                        "retry 'orders': no time for attempt 4 (attempts=3, elapsed=3300 ms, left=0.0 ms,")
                .cause()
                .hasMessage("attempt 3");
        assertThat(messages(thrown.getCause().getSuppressed())).containsExactly("attempt 1", "attempt 2");
        assertThat(((Retry.StoppedException) thrown).attempts()).isEqualTo(3);
        assertThat(retry.stats()).isEqualTo(new RetryStats(1, 2, 0, 0, 1, 0));
    }

    @Test
    void nothingIsWaitedForIfItsEndWouldComeTooLate() {
        Retry retry = retry(3).minAttempt(Duration.ofMillis(500)).build();

        assertThatThrownBy(() -> retry.call((token, deadline) -> {
                    ticker.advance(Duration.ofMillis(2_401)); // leaves 599 ms: 100 of them delay
                    return failing(9);
                }))
                .isInstanceOf(Retry.StoppedException.class)
                .hasMessageContaining("left=599 ms, delay=100 ms, an attempt needs 500 ms");

        assertThat(attempts).hasValue(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void attemptBeginsIfJustEnoughIsLeft() throws Exception {
        Retry retry = retry(3).minAttempt(Duration.ofMillis(500)).build();

        retry.call((token, deadline) -> {
            ticker.advance(Duration.ofMillis(2_400));
            return failing(1);
        });

        assertThat(attempts).hasValue(2);
    }

    @Test
    void pauseThatTookTooLongIsFollowedByNoAttempt() {
        Retry retry = retry(3).minAttempt(Duration.ofMillis(500)).build();
        whilePaused = () -> ticker.advance(Duration.ofMillis(2_500));

        assertThatThrownBy(() -> retry.call((token, deadline) -> failing(9)))
                .isInstanceOf(Retry.StoppedException.class)
                .hasMessageContaining("no time for attempt 2");
        assertThat(attempts).hasValue(1);
    }

    @Test
    void deadlineOfTheCallerWinsIfItIsEarlier() {
        Deadline own = Deadline.after(Duration.ofMillis(250), ticker);
        List<Deadline> seen = new ArrayList<>();

        assertThatThrownBy(() -> retry(9).build().call(CancelToken.never(), own, (token, deadline) -> {
                    seen.add(deadline);
                    return failing(9);
                }))
                .isInstanceOf(Retry.StoppedException.class);

        assertThat(seen).hasSize(2).allSatisfy(deadline -> assertThat(deadline).isSameAs(own));
    }

    @Test
    void laterDeadlineOfTheCallerChangesNothing() throws Exception {
        Deadline later = Deadline.after(Duration.ofSeconds(4), ticker);

        Duration left = retry(9).build().call(CancelToken.never(), later, (token, deadline) -> deadline.remaining());

        assertThat(left).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void withoutTimeNothingIsTried() {
        Retry retry = retry(3).minAttempt(Duration.ofMillis(500)).build();
        Deadline close = Deadline.after(Duration.ofMillis(499), ticker);

        assertThatThrownBy(() -> retry.call(CancelToken.never(), close, (token, deadline) -> failing(0)))
                .isInstanceOf(Retry.StoppedException.class)
                .hasNoCause()
                .hasMessageContaining("no time for attempt 1 (attempts=0");
        assertThat(attempts).hasValue(0);
        assertThat(retry.stats().outOfTime()).isOne();
    }

    @Test
    void programmingFaultsAreNotTriedAgainByDefault() {
        Retry retry = retry(3).build();

        assertThatThrownBy(() -> retry.call((token, deadline) -> {
                    attempts.incrementAndGet();
                    throw new IllegalArgumentException("fault");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> retry.call((token, deadline) -> {
                    attempts.incrementAndGet();
                    throw new UncheckedIOException(new IOException("transient"));
                }))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(attempts).hasValue(1 + 3);
    }

    @Test
    void predicateDecides() {
        Retry retry = retry(3).retryOn(failure -> failure instanceof IllegalStateException)
                .build();

        assertThatThrownBy(() -> retry.call((token, deadline) -> failing(9))).isInstanceOf(IOException.class);

        assertThat(attempts).hasValue(1);
    }

    @Test
    void predicateThatThrowsMeansNo() {
        IllegalStateException broken = new IllegalStateException("broken predicate");
        Retry retry = retry(3).retryOn(failure -> {
                    throw broken;
                })
                .build();

        assertThatThrownBy(() -> retry.call((token, deadline) -> failing(9)))
                .isInstanceOf(IOException.class)
                .hasSuppressedException(broken);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void interruptsCancellationsAndErrorsAreNeverTriedAgain() {
        Retry retry = retry(3).retryOn(failure -> true).build();
        List<Throwable> never =
                List.of(new InterruptedException("i"), new CancellationException("c"), new StackOverflowError("e"));

        for (Throwable failure : never) {
            attempts.set(0);
            assertThatThrownBy(() -> retry.call((token, deadline) -> {
                        failing(1);
                        if (failure instanceof Error error) {
                            throw error;
                        }
                        throw (Exception) failure;
                    }))
                    .isSameAs(failure);
            assertThat(attempts).hasValue(2);
            assertThat(messages(failure.getSuppressed())).containsExactly("attempt 1");
        }
    }

    @Test
    void errorOfTheFirstAttemptGoesThroughAsItIs() {
        StackOverflowError error = new StackOverflowError();

        assertThatThrownBy(() -> retry(3).build().call((token, deadline) -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void cancelledBeforeTheFirstAttempt() {
        CancelSource source = new CancelSource();
        source.cancel(new IOException("why"));

        assertThatThrownBy(() -> retry(3).build().call(source.token(), (token, deadline) -> failing(0)))
                .isInstanceOf(CancellationException.class)
                .hasRootCauseMessage("why");
        assertThat(attempts).hasValue(0);
    }

    @Test
    void cancelInAnAttemptAllowsNoOther() {
        CancelSource source = new CancelSource();

        Throwable thrown = catchThrowable(() -> retry(3).build().call(source.token(), (token, deadline) -> {
            assertThat(token).isSameAs(source.token());
            source.cancel();
            return failing(9);
        }));

        assertThat(thrown).isInstanceOf(CancellationException.class);
        assertThat(messages(thrown.getSuppressed())).containsExactly("attempt 1");
        assertThat(attempts).hasValue(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void cancelBetweenTwoAttemptsAllowsNoOther() {
        CancelSource source = new CancelSource();
        whilePaused = source::cancel;

        assertThatThrownBy(() -> retry(3).build().call(source.token(), (token, deadline) -> failing(9)))
                .isInstanceOf(CancellationException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void resultThatCameDespiteACancelIsReturned() throws Exception {
        CancelSource source = new CancelSource();

        String result = retry(3).build().call(source.token(), (token, deadline) -> {
            source.cancel();
            return failing(0);
        });

        assertThat(result).isEqualTo("result");
    }

    @Test
    void interruptedThreadMakesNoOtherAttempt() {
        Throwable thrown = catchThrowable(() -> retry(3).build().call((token, deadline) -> {
            Thread.currentThread().interrupt();
            return failing(9);
        }));

        assertThat(thrown).isInstanceOf(InterruptedException.class);
        assertThat(messages(thrown.getSuppressed())).containsExactly("attempt 1");
        assertThat(attempts).hasValue(1);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void spentBudgetAllowsNoOtherAttempt() {
        RetryBudget budget = new RetryBudget("backend", 0, 0, 1, ticker);
        Retry first = retry(9).budget(budget).build();
        Retry second = retry(9).budget(budget).build();

        Throwable thrown = catchThrowable(() -> first.call((token, deadline) -> failing(99)));
        Throwable none = catchThrowable(() -> second.call((token, deadline) -> failing(99)));

        assertThat(thrown)
                .isInstanceOf(Retry.StoppedException.class)
                .hasMessageStartingWith("retry 'orders': no budget for attempt 3 (attempts=2, elapsed=100 ms, ")
                .hasMessageContaining("RetryBudget[backend, available=0 of 1]");
        assertThat(((Retry.StoppedException) none).attempts()).isOne();
        assertThat(first.stats().outOfBudget()).isOne();
        assertThat(pauses).hasSize(1);
    }

    @Test
    void lastAttemptTakesNothingOfTheBudget() {
        RetryBudget budget = new RetryBudget("backend", 0, 0, 5, ticker);

        assertThatThrownBy(() -> retry(3).budget(budget).build().call((token, deadline) -> failing(99)))
                .isInstanceOf(IOException.class);

        assertThat(budget.available()).isEqualTo(3);
    }

    @Test
    void callsFillTheBudget() throws Exception {
        RetryBudget budget = new RetryBudget("backend", 10, 0, 1, ticker);
        assertThat(budget.tryRetry()).isTrue();
        Retry retry = retry(2).budget(budget).build();

        for (int call = 0; call < 10; call++) {
            assertThat(budget.available()).isZero();
            retry.call((token, deadline) -> "result");
        }

        assertThat(budget.available()).isOne();
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> Retry.builder(" ")).hasMessageStartingWith("name must not be blank");
        assertThatThrownBy(() -> Retry.builder("orders").attempts(0)).hasMessage("attempts must be 1 to 1000: 0");
        assertThatThrownBy(() -> Retry.builder("orders").attempts(1).within(Duration.ZERO))
                .hasMessage("total must be positive: PT0S");
        assertThatThrownBy(() -> retry(3).backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("first must not be longer than longest: PT2S > PT1S");
        assertThatThrownBy(() -> retry(3).minAttempt(Duration.ofSeconds(3)))
                .hasMessage("shortest must be less than the time for all attempts: PT3S >= PT3S");
    }
}
