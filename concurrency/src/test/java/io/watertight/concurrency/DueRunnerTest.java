package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DueRunnerTest {
    private static final long LONG_NANOS = Duration.ofSeconds(30).toNanos();
    private final ManualHost host = new ManualHost(100);
    private final DueRunner runner = new DueRunner("test", 1, host);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch stuck = new CountDownLatch(1);
    private final AtomicInteger ran = new AtomicInteger();

    private void awaitEnd() throws InterruptedException {
        runner.awaitEnd(LONG_NANOS, () -> host.ends.get() > 0);
    }

    @AfterEach
    void end() throws InterruptedException {
        stuck.countDown();
        runner.close();
        awaitEnd();
        assertThat(runner.isEnded()).isTrue();
        assertThat(host.wheel.pending()).isZero();
    }

    private TimerNode due(Runnable action) {
        host.runner = runner;
        TimerNode node = host.schedule(Duration.ZERO, action);
        host.wheel.turn();
        assertThat(host.due.remove(node)).isTrue();
        return node;
    }

    private void block() throws InterruptedException {
        runner.submit(due(() -> {
            begun.countDown();
            try {
                stuck.await();
            } catch (InterruptedException impossible) {
                throw new AssertionError(impossible);
            }
        }));
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void actionsRunInTheOrderInWhichTheyAreDue() throws InterruptedException {
        block();
        List<Integer> order = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            int number = i;
            runner.submit(due(() -> {
                order.add(number);
                done.countDown();
            }));
        }
        assertThat(runner.queued()).isEqualTo(3);
        stuck.countDown();
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(order).containsExactly(0, 1, 2);
    }

    @Test
    void cancelledOneLeavesTheQueueAtOnce() throws InterruptedException {
        block();
        TimerNode first = due(ran::incrementAndGet);
        TimerNode second = due(ran::incrementAndGet);
        TimerNode third = due(ran::incrementAndGet);
        runner.submit(first);
        runner.submit(second);
        runner.submit(third);

        assertThat(second.cancel()).isTrue();
        assertThat(runner.queued()).isEqualTo(2);
        assertThat(third.cancel()).isTrue();
        assertThat(first.cancel()).isTrue();
        assertThat(runner.queued()).isZero();
        assertThat(ran).hasValue(0);
    }

    @Test
    void oneThatWasCancelledBeforeItCameIsNotQueued() throws InterruptedException {
        block();
        TimerNode node = due(ran::incrementAndGet);
        node.cancel();
        runner.submit(node);

        assertThat(runner.queued()).isZero();
    }

    @Test
    void closeCancelsWhatWaitsAndWhatComesLater() throws InterruptedException {
        block();
        TimerNode waiting = due(ran::incrementAndGet);
        TimerNode late = due(ran::incrementAndGet);
        runner.submit(waiting);
        runner.close();
        runner.submit(late);

        assertThat(waiting.isPending()).isFalse();
        assertThat(late.isPending()).isFalse();
        stuck.countDown();
        awaitEnd();
        assertThat(ran).hasValue(0);
    }
}
