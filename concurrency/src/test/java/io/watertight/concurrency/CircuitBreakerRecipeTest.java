package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/** The recipe of docs/circuit-breakers.md. The last test checks that the page shows what runs here. */
class CircuitBreakerRecipeTest {
    /** Answers as a test has written down, and then with a result. */
    static final class Client {
        final Deque<Callable<String>> answers = new ArrayDeque<>();
        final List<Duration> timeouts = new ArrayList<>();

        String get(Duration timeout) throws Exception {
            timeouts.add(timeout);
            Callable<String> answer = answers.poll();
            return answer == null ? "result" : answer.call();
        }

        void timesOut(int times) {
            for (int i = 0; i < times; i++) {
                answers.add(() -> {
                    throw new SocketTimeoutException("Read timed out");
                });
            }
        }

        void close() {}
    }

    private final Client client = new Client();

    private final CircuitBreaker breaker = CircuitBreaker.of(
            "stock",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(20)
                    .minimumNumberOfCalls(4)
                    .failureRateThreshold(50)
                    .recordExceptions(IOException.class)
                    .ignoreExceptions(CancellationException.class, InterruptedException.class)
                    .build());

    private final Retry retry = Retry.builder("stock")
            .attempts(3)
            .within(Duration.ofSeconds(20))
            .backoff(Duration.ofMillis(2), Duration.ofMillis(50))
            .minAttempt(Duration.ofMillis(200))
            .budget(RetryBudget.of("stock", 10, 10, 100))
            .retryOn(failure -> failure instanceof IOException)
            .build();

    private String stock(CancelToken token, Deadline deadline) throws Exception {
        return retry.call(
                token, deadline, (stop, end) -> breaker.executeCallable(() -> ask(client, stop, end.remaining())));
    }

    @SuppressWarnings("try") // it is there to be closed
    private static String ask(Client client, CancelToken stop, Duration timeout) throws Exception {
        try (CancelToken.Registration closing = stop.onCancel(client::close)) {
            return client.get(timeout);
        } catch (IOException failure) {
            stop.throwIfCancelled(); // then we have closed it, and the other side is not to blame
            throw failure;
        }
    }

    private int counted() {
        return breaker.getMetrics().getNumberOfBufferedCalls();
    }

    private int countedAsFailed() {
        return breaker.getMetrics().getNumberOfFailedCalls();
    }

    @Test
    void eachAttemptIsCountedAndGetsWhatIsLeftOfTheTime() throws Exception {
        client.timesOut(2);

        String result = stock(CancelToken.never(), Deadline.never());

        assertThat(result).isEqualTo("result");
        assertThat(counted()).isEqualTo(3);
        assertThat(countedAsFailed()).isEqualTo(2);
        assertThat(client.timeouts).hasSize(3).allMatch(timeout -> timeout.compareTo(Duration.ofSeconds(20)) <= 0);
    }

    @Test
    void refusalOfTheBreakerIsNotTriedAgain() {
        client.timesOut(9);
        assertThatThrownBy(() -> stock(CancelToken.never(), Deadline.never()))
                .isInstanceOf(SocketTimeoutException.class);

        assertThatThrownBy(() -> stock(CancelToken.never(), Deadline.never()))
                .isInstanceOf(CallNotPermittedException.class);

        assertThat(client.timeouts).hasSize(4); // its first attempt was the fourth failure, which opened the breaker
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
    }

    @Test
    void openBreakerTakesNothingOfTheBudget() {
        breaker.transitionToOpenState();

        for (int call = 0; call < 1_000; call++) {
            assertThatThrownBy(() -> stock(CancelToken.never(), Deadline.never()))
                    .isInstanceOf(CallNotPermittedException.class);
        }

        assertThat(client.timeouts).isEmpty();
        assertThat(retry.stats().retries()).isZero();
    }

    @Test
    void cancelIsNotCounted() {
        for (int call = 0; call < 10; call++) {
            CancelSource source = new CancelSource();
            client.answers.add(() -> {
                source.cancel();
                throw new SocketException("Socket closed");
            });

            assertThatThrownBy(() -> stock(source.token(), Deadline.never())).isInstanceOf(CancellationException.class);
        }

        assertThat(client.timeouts).hasSize(10);
        assertThat(counted()).isZero();
        assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void interruptIsNotCounted() {
        for (int call = 0; call < 10; call++) {
            client.answers.add(() -> {
                throw new InterruptedException();
            });

            assertThatThrownBy(() -> stock(CancelToken.never(), Deadline.never()))
                    .isInstanceOf(InterruptedException.class);
        }

        assertThat(client.timeouts).hasSize(10);
        assertThat(counted()).isZero();
    }

    @Test
    void attemptThatHadNoTimeIsNotCountedEither() {
        Deadline close = Deadline.after(Duration.ofMillis(100));

        assertThatThrownBy(() -> stock(CancelToken.never(), close)).isInstanceOf(Retry.StoppedException.class);

        assertThat(client.timeouts).isEmpty();
        assertThat(counted()).isZero();
    }

    @Test
    void thePageShowsWhatRunsHere() throws IOException {
        DocPage.assertShows("circuit-breakers.md", CircuitBreakerRecipeTest.class);
    }
}
