package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real waiting. Nothing here depends on how long something takes: what is not woken waits for an hour. */
@Timeout(60)
class RetryPauseTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();

    @Test
    void cancelWakesAndLeavesNoCallback() throws Exception {
        CancelSource source = new CancelSource();
        AtomicBoolean returned = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            try {
                RetryPause.park(HOUR, source.token());
                returned.set(true);
            } catch (InterruptedException unexpected) {
                Thread.currentThread().interrupt();
            }
        });
        waiting.start();

        source.cancel();
        waiting.join();

        assertThat(returned).isTrue();
        assertThat(source.token().callbacks()).isZero();
    }

    @Test
    void cancelledTokenIsNotWaitedFor() throws Exception {
        CancelSource source = new CancelSource();
        source.cancel();

        RetryPause.park(HOUR, source.token());

        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void interruptWakes() throws Exception {
        CancelSource source = new CancelSource();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = new Thread(() -> {
            try {
                RetryPause.park(HOUR, source.token());
            } catch (InterruptedException expected) {
                interrupted.set(true);
            }
        });
        waiting.start();

        waiting.interrupt();
        waiting.join();

        assertThat(interrupted).isTrue();
        assertThat(source.token().callbacks()).isZero();
    }

    @Test
    void interruptIsSeenEvenWithoutDelay() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> RetryPause.park(0, CancelToken.never())).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void delayEndsByItself() throws Exception {
        CancelSource source = new CancelSource();

        RetryPause.park(1, source.token());

        assertThat(source.token().callbacks()).isZero();
    }

    /** An attempt whose look at the token came before the cancel may begin after it; the next looks again. */
    @Test
    void atMostOneAttemptBeginsAfterACancelThatReturned() throws Exception {
        Retry retry = Retry.builder("orders")
                .attempts(1_000)
                .within(Duration.ofHours(1))
                .backoff(Duration.ZERO, Duration.ZERO)
                .build();
        for (int round = 0; round < 300; round++) {
            CancelSource source = new CancelSource();
            CountDownLatch begun = new CountDownLatch(1);
            AtomicBoolean cancelReturned = new AtomicBoolean();
            AtomicInteger after = new AtomicInteger();
            Thread trying = new Thread(() -> {
                try {
                    retry.call(source.token(), (token, deadline) -> {
                        if (cancelReturned.get()) {
                            after.incrementAndGet();
                        }
                        begun.countDown();
                        throw new IOException("again");
                    });
                } catch (Exception cancelledOrLastAttempt) {
                    // Either may come first.
                }
            });
            trying.start();
            begun.await();

            source.cancel();
            cancelReturned.set(true);
            trying.join();

            assertThat(after).hasValueLessThanOrEqualTo(1);
        }
    }
}
