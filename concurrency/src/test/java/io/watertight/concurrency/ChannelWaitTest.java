package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.internal.VirtualThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ends a wait at an end of a channel: tokens, deadlines, and the end of the channel for however many. */
class ChannelWaitTest {
    private final Channel<String> channel =
            Channel.builder("waits").<String>capacity(1).build();
    private final CancelSource source = new CancelSource();
    private final IllegalStateException why = new IllegalStateException("why");

    @AfterEach
    void close() {
        channel.sender().close();
        channel.receiver().close();
    }

    private static CancellableExecutor parties(int count) {
        ExecutorBuilder builder =
                CancellableExecutor.builder("party").threads(count).queue(0);
        return (VirtualThreads.isAvailable() ? builder.virtualThreads() : builder).build();
    }

    /** Returns when the running tasks of an executor have come to wait. */
    private static void awaitBlocked(CancellableExecutor executor, int count) {
        while (executor.running().stream()
                        .filter(task -> task.stack().stream()
                                .anyMatch(frame -> frame.getMethodName().equals("await")))
                        .count()
                < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void sendEndsWithItsTokenAndTheElementIsNotInTheChannel() throws Exception {
        channel.sender().send("first");
        try (CancellableExecutor executor = parties(2)) {
            Task<?> gaveUp = executor.submit(() -> {
                channel.sender().send("second", source.token());
                return null;
            });
            Task<?> goesOn = executor.submit(() -> {
                channel.sender().send("third");
                return null;
            });
            awaitBlocked(executor, 2);
            source.cancel(why);

            assertThatThrownBy(gaveUp::get).rootCause().isSameAs(why);
            assertThat(goesOn.isDone()).isFalse();
            assertThat(channel.receiver().receive()).isEqualTo("first");
            goesOn.get();
            assertThat(channel.receiver().receive()).isEqualTo("third");
        }
    }

    @Test
    void receiveEndsWithItsTokenAndAnotherGetsTheElement() throws Exception {
        try (CancellableExecutor executor = parties(2)) {
            Task<String> gaveUp = executor.submit(() -> channel.receiver().receive(source.token()));
            Task<String> goesOn = executor.submit(() -> channel.receiver().receive());
            awaitBlocked(executor, 2);
            source.cancel(why);

            assertThatThrownBy(gaveUp::get).rootCause().isSameAs(why);
            channel.sender().send("element");
            assertThat(goesOn.get()).isEqualTo("element");
        }
    }

    @Test
    void cancelledTokenIsRefusedAtOnceAndLeavesNothingBehind() throws Exception {
        CancelToken token = source.token();
        channel.sender().send("there", token);
        source.cancel(why);

        assertThatThrownBy(() -> channel.sender().send("no", token)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> channel.receiver().receive(token)).isInstanceOf(CancellationException.class);
        assertThat(channel.receiver().receive()).as("is still there").isEqualTo("there");
    }

    @Test
    void waitThatWasInVainLeavesNoCallbackAtTheToken() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        try (CancellableExecutor executor = parties(1)) {
            Task<String> task = executor.submit(() -> {
                String element = channel.receiver().receive(source.token());
                received.countDown();
                return element;
            });
            awaitBlocked(executor, 1);
            assertThat(source.token().callbacks()).isEqualTo(1);
            channel.sender().send("element");
            assertThat(received.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(task.get()).isEqualTo("element");
        }
        assertThat(source.token().callbacks()).isZero();
    }

    @Test
    void deadlineEndsAWait() throws Exception {
        Deadline passed = Deadline.after(Duration.ZERO);
        assertThat(channel.receiver().receive(passed)).isNull();
        assertThat(channel.sender().send("a", passed)).as("there is a place").isTrue();
        assertThat(channel.sender().send("b", Deadline.after(Duration.ofMillis(1))))
                .isFalse();
        assertThat(channel.receiver().receive(passed)).isEqualTo("a");
    }

    @Test
    void closeWakesTenThousand() throws Exception {
        int each = VirtualThreads.isAvailable() ? 5_000 : 500; // as many platform threads would be slow
        Channel<String> empty = Channel.builder("empty").<String>capacity(1).build();
        channel.sender().send("full");
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger ended = new AtomicInteger();
        List<Task<?>> all = new ArrayList<>();
        try (CancellableExecutor executor = parties(2 * each)) {
            for (int i = 0; i < each; i++) {
                all.add(executor.submit(() -> {
                    assertThatThrownBy(() -> channel.sender().send("x")).isInstanceOf(ChannelClosedException.class);
                    return refused.incrementAndGet();
                }));
                all.add(executor.submit(() -> {
                    assertThat(empty.receiver().receive()).isNull();
                    return ended.incrementAndGet();
                }));
            }
            awaitBlocked(executor, 2 * each);
            channel.receiver().close();
            empty.sender().close();
            for (Task<?> task : all) {
                task.get();
            }
        } finally {
            empty.sender().close();
            empty.receiver().close();
        }
        assertThat(refused).hasValue(each);
        assertThat(ended).hasValue(each);
    }
}
