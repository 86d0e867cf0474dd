package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final ManualTicker ticker = new ManualTicker();

    private RetryBudget empty(int percent, int perSecond, int burst) {
        RetryBudget budget = new RetryBudget("backend", percent, perSecond, burst, ticker);
        takeAll(budget);
        return budget;
    }

    private static int takeAll(RetryBudget budget) {
        int taken = 0;
        while (budget.tryRetry()) {
            taken++;
        }
        return taken;
    }

    @Test
    void isFullAtFirstAndNeverMore() {
        RetryBudget budget = new RetryBudget("backend", 1_000, 10_000, 7, ticker);
        budget.called();
        ticker.advance(Duration.ofDays(365));

        assertThat(budget.available()).isEqualTo(7);
        assertThat(takeAll(budget)).isEqualTo(7);
    }

    @Test
    void callsAddTheirShareExactly() {
        RetryBudget budget = empty(7, 0, 100);

        for (int call = 0; call < 1_000; call++) {
            budget.called();
        }

        assertThat(takeAll(budget)).isEqualTo(70);
    }

    @Test
    void timeAddsItsShareExactlyHoweverOftenItIsAskedFor() {
        RetryBudget budget = empty(0, 3, 100);

        int taken = 0;
        for (int milli = 0; milli < 10_000; milli++) {
            ticker.advance(Duration.ofMillis(1));
            taken += takeAll(budget);
        }

        assertThat(taken).isEqualTo(30);
    }

    @Test
    void fractionsOfAMillisecondAreNotLost() {
        RetryBudget budget = empty(0, 1_000, 100);

        int taken = 0;
        for (int step = 0; step < 1_000; step++) {
            ticker.advance(Duration.ofNanos(100_001));
            taken += takeAll(budget);
        }

        assertThat(taken).isEqualTo(100);
    }

    @Test
    void timeWhileItIsFullAddsNothingLater() {
        RetryBudget budget = new RetryBudget("backend", 0, 1, 2, ticker);
        ticker.advance(Duration.ofSeconds(100));
        assertThat(budget.tryRetry()).isTrue();
        ticker.advance(Duration.ofMillis(999));

        assertThat(takeAll(budget)).isEqualTo(1);
    }

    @Test
    void longTimesDoNotOverflow() {
        RetryBudget budget = empty(0, 10_000, 10_000);
        ticker.advance(Duration.ofDays(30 * 365));

        assertThat(budget.available()).isEqualTo(10_000);
        assertThat(takeAll(budget)).isEqualTo(10_000);
        ticker.advance(Duration.ofMillis(100));
        assertThat(takeAll(budget)).isEqualTo(1_000);
    }

    /** What several threads take at once is what there was, and what calls added meanwhile. */
    @Test
    void nothingIsLostOrDoubledBetweenThreads() throws Exception {
        RetryBudget budget = empty(50, 0, 10_000);
        AtomicInteger taken = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                awaitUninterruptibly(go);
                for (int call = 0; call < 4_000; call++) {
                    budget.called();
                    taken.addAndGet(takeAll(budget));
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken).hasValue(8_000);
        assertThat(budget.available()).isZero();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        CancellableExecutorTest.awaitIgnoringInterrupts(latch);
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> RetryBudget.of(" ", 10, 10, 10)).hasMessageStartingWith("name must not be blank");
        assertThatThrownBy(() -> RetryBudget.of("b", -1, 10, 10)).hasMessage("percentOfCalls must be 0 to 1000: -1");
        assertThatThrownBy(() -> RetryBudget.of("b", 10, 10_001, 10)).hasMessage("perSecond must be 0 to 10000: 10001");
        assertThatThrownBy(() -> RetryBudget.of("b", 10, 10, 0)).hasMessage("burst must be 1 to 10000: 0");
        assertThat(RetryBudget.of("b", 10, 10, 20)).hasToString("RetryBudget[b, available=20 of 20]");
    }
}
