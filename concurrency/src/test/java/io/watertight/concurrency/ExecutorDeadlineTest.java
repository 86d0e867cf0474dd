package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tasks that are submitted when their time is over, or run by who submits them. */
class ExecutorDeadlineTest {
    private final AtomicInteger ran = new AtomicInteger();

    @Test
    void taskWhoseDeadlineHasPassedNeverBegins() throws Exception {
        Deadline passed = Deadline.after(Duration.ZERO);
        try (CancellableExecutor executor =
                CancellableExecutor.builder("test").threads(1).queue(0).build()) {
            Task<Integer> late = executor.submit(token -> ran.incrementAndGet(), passed);
            assertThatThrownBy(late::get)
                    .isInstanceOf(CancellationException.class)
                    .cause()
                    .isInstanceOf(TimeoutException.class);
            assertThat(late.isTerminated()).isTrue();
            assertThat(executor.submit(() -> "next").get()).isEqualTo("next");
            assertThat(executor.stats().cancelled()).isEqualTo(1);
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void whatTheCallerRunsHasItsDeadlineToo() throws Exception {
        try (CancellableExecutor executor = CancellableExecutor.builder("test")
                .threads(1)
                .queue(0)
                .onSaturation(SaturationPolicy.CALLER_RUNS)
                .build()) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            executor.submit(() -> {
                begun.countDown();
                goOn.await();
                return null;
            });
            begun.await();
            Task<Integer> late = executor.submit(token -> ran.incrementAndGet(), Deadline.after(Duration.ZERO));
            assertThat(late.isTerminated()).isTrue();
            assertThat(late.isCancelled()).isTrue();
            Task<Boolean> here = executor.submit(
                    token -> {
                        CountDownLatch over = new CountDownLatch(1);
                        token.onCancel(over::countDown);
                        return over.await(30, TimeUnit.SECONDS);
                    },
                    Deadline.after(Duration.ofMillis(20)));
            assertThat(here.isCancelled()).isTrue();
            Task<String> first = executor.submit(() -> Thread.currentThread().getName());
            assertThat(first.get())
                    .as("no place was freed")
                    .isEqualTo(Thread.currentThread().getName());
            goOn.countDown();
        }
        assertThat(ran).hasValue(0);
    }
}
