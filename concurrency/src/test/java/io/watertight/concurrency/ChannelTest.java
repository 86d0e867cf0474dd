package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllocationMode;
import io.watertight.testing.Allocations;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChannelTest {
    private static final Duration SHORT = Duration.ofMillis(10);
    private final IllegalStateException why = new IllegalStateException("why");
    private final List<String> disposed = new ArrayList<>();

    private Channel<String> open(int capacity) {
        return Channel.builder("test")
                .<String>capacity(capacity)
                .onUndelivered(disposed::add)
                .build();
    }

    /** A thread that does one thing, and what became of it. */
    private static final class Party {
        private final List<Object> result = new ArrayList<>();
        final Thread thread;

        Party(Callable<?> call) throws InterruptedException {
            thread = new Thread(() -> {
                try {
                    result.add(String.valueOf(call.call()));
                } catch (Exception failure) {
                    result.add(failure);
                }
            });
            thread.start();
            thread.join(20); // most likely it waits now
        }

        Object outcome() throws InterruptedException {
            thread.join();
            return result.get(0);
        }
    }

    private static Party sends(Sender<String> sender, String element) throws InterruptedException {
        return new Party(() -> {
            sender.send(element);
            return "sent";
        });
    }

    @Test
    void elementsComeInOrder() throws InterruptedException {
        Channel<String> channel = open(2);
        try (Sender<String> sender = channel.sender();
                Receiver<String> receiver = channel.receiver()) {
            for (int i = 0; i < 5; i++) {
                sender.send("a" + i);
                assertThat(sender.trySend("b" + i)).isTrue();
                assertThat(sender.trySend("full")).isFalse();
                assertThat(sender.send("full", SHORT)).isFalse();
                assertThat(receiver.receive()).isEqualTo("a" + i);
                assertThat(receiver.tryReceive()).isEqualTo("b" + i);
                assertThat(receiver.tryReceive()).isNull();
                assertThat(receiver.receive(SHORT)).isNull();
                assertThat(receiver.isEnded()).isFalse();
            }
        }
        assertThat(disposed).isEmpty();
    }

    @Test
    void closeOfTheLastSenderLetsReceiversDrain() throws InterruptedException {
        Channel<String> channel = open(2);
        Sender<String> second = channel.sender().duplicate();
        channel.sender().send("left");
        channel.sender().close();
        channel.sender().close();
        assertThatThrownBy(() -> channel.sender().send("late"))
                .isInstanceOf(ChannelClosedException.class)
                .hasMessageContaining("channel 'test': this sender is closed");
        assertThatThrownBy(channel.sender()::duplicate).isInstanceOf(ChannelClosedException.class);
        second.send("more");
        second.close();

        try (Receiver<String> receiver = channel.receiver()) {
            assertThat(receiver.isEnded()).isFalse();
            assertThat(receiver.receive()).isEqualTo("left");
            assertThat(receiver.receive()).isEqualTo("more");
            assertThat(receiver.receive()).isNull();
            assertThat(receiver.tryReceive()).isNull();
            assertThat(receiver.isEnded()).isTrue();
        }
        assertThat(disposed).isEmpty();
    }

    @Test
    void closeOfTheLastReceiverRefusesSendersAndDisposesWhatIsLeft() throws InterruptedException {
        Channel<String> channel = open(2);
        Receiver<String> second = channel.receiver().duplicate();
        try (Sender<String> sender = channel.sender()) {
            sender.send("one");
            sender.send("two");
            Party blocked = sends(sender, "three");
            channel.receiver().close();
            assertThat(disposed).isEmpty();
            second.close();
            second.close();

            assertThat(blocked.outcome())
                    .isInstanceOf(ChannelClosedException.class)
                    .asString()
                    .contains("nobody receives any more");
            assertThat(disposed).containsExactly("one", "two");
            assertThatThrownBy(() -> sender.trySend("late")).isInstanceOf(ChannelClosedException.class);
            assertThatThrownBy(second::receive).hasMessageContaining("this receiver is closed");
        }
    }

    @Test
    void closeWakesReceivers() throws InterruptedException {
        Channel<String> channel = open(1);
        try (Receiver<String> receiver = channel.receiver()) {
            Party first = new Party(receiver::receive);
            Party second = new Party(receiver::receive);
            channel.sender().close();

            assertThat(first.outcome()).isEqualTo("null");
            assertThat(second.outcome()).isEqualTo("null");
        }
    }

    @Test
    void cancelWakesAllAndDisposesOnce() throws InterruptedException {
        Channel<String> full = open(1);
        Channel<String> empty = open(1);
        full.sender().send("in");
        Party sender = sends(full.sender(), "out");
        Party receiver = new Party(empty.receiver()::receive);
        assertThat(full.receiver().cancel(why)).isTrue();
        assertThat(full.sender().cancel(why)).isFalse();
        assertThat(empty.sender().cancel(why)).isTrue();

        assertThat(sender.outcome())
                .isInstanceOfSatisfying(
                        ChannelClosedException.class,
                        refused -> assertThat(refused).hasCause(why));
        assertThat(receiver.outcome())
                .isInstanceOfSatisfying(
                        ChannelClosedException.class,
                        refused -> assertThat(refused).hasCause(why));
        assertThat(disposed).containsExactly("in");
        assertThatThrownBy(() -> full.receiver().tryReceive()).isInstanceOf(ChannelClosedException.class);
        assertThat(full.receiver().isEnded()).isTrue();
        closeBoth(full);
        closeBoth(empty);
        assertThat(disposed).hasSize(1);
    }

    private static void closeBoth(Channel<?> channel) {
        channel.sender().close();
        channel.receiver().close();
    }

    @Test
    void interruptedSendIsNotInTheChannel() throws InterruptedException {
        Channel<String> channel = open(1);
        channel.sender().send("in");
        Party blocked = sends(channel.sender(), "never");
        blocked.thread.interrupt();

        assertThat(blocked.outcome()).isInstanceOf(InterruptedException.class);
        assertThat(channel.receiver().receive()).isEqualTo("in");
        assertThat(channel.receiver().tryReceive()).isNull();
        closeBoth(channel);
    }

    @Test
    void interruptedReceiverLeavesTheElementToAnother() throws InterruptedException {
        Channel<String> channel = open(1);
        Party first = new Party(channel.receiver()::receive);
        Party second = new Party(channel.receiver()::receive);
        first.thread.interrupt();
        assertThat(first.outcome()).isInstanceOf(InterruptedException.class);
        channel.sender().send("element");

        assertThat(second.outcome()).isEqualTo("element");
        closeBoth(channel);
    }

    @Test
    void undeliveredCloseablesAreClosedAlsoIfOneFails() throws InterruptedException {
        List<Integer> closed = new ArrayList<>();
        Channel<AutoCloseable> channel =
                Channel.builder("closeables").<AutoCloseable>capacity(3).build();
        for (int i = 0; i < 3; i++) {
            int number = i;
            channel.sender().send(() -> {
                closed.add(number);
                throw new IllegalStateException("close");
            });
        }
        closeBoth(channel);

        assertThat(closed).containsExactly(0, 1, 2);
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThatThrownBy(() -> Channel.builder(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Channel.builder("a").capacity(0)).isInstanceOf(IllegalArgumentException.class);
        Channel<String> channel = open(1);
        assertThatThrownBy(() -> channel.sender().trySend(null)).isInstanceOf(NullPointerException.class);
        assertThat(channel.receiver().tryReceive()).isNull();
        closeBoth(channel);
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = "channel receiver", reason = "drops one on purpose")
    void droppedReceiverIsReportedAndBlocksNoSender() throws InterruptedException {
        ConcurrentLinkedQueue<LeakReport> reports = new ConcurrentLinkedQueue<>();
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add);
                Sender<String> sender = openAndDropReceiver()) {
            sender.send("in");
            Party blocked = sends(sender, "out");
            for (int i = 0; i < 100 && reports.isEmpty(); i++) {
                GcBarrier.await();
                Watertight.pump();
            }

            assertThat(listening.isOpen()).isTrue();
            assertThat(blocked.outcome()).isInstanceOf(ChannelClosedException.class);
            assertThat(disposed).containsExactly("in");
            assertThat(reports).anySatisfy(report -> {
                assertThat(report.type()).isEqualTo("channel receiver");
                assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
                assertThat(report.message()).contains("ChannelTest.open");
            });
        }
    }

    private Sender<String> openAndDropReceiver() {
        return open(1).sender();
    }

    @Test
    void sendingAndReceivingAllocateNothing() {
        Channel<String> channel = open(4);

        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            channel.sender().send("element");
            channel.sender().trySend("element");
            channel.receiver().receive();
            channel.receiver().tryReceive();
        });
        closeBoth(channel);
    }

    @Test
    void sendingAndReceivingWithAnEndOfTheWaitAllocateNothing() {
        Channel<String> channel = open(4);
        CancelToken token = new CancelSource().token();
        Duration time = Duration.ofHours(1);
        Deadline deadline = Deadline.after(time);

        Allocations.assertAllocatesAtMost(0, AllocationMode.STEADY, () -> {
            channel.sender().send("element", token);
            channel.sender().send("element", time);
            channel.sender().send("element", deadline);
            channel.receiver().receive(token);
            channel.receiver().receive(time);
            channel.receiver().receive(deadline);
        });
        closeBoth(channel);
    }

    @Test
    void everyElementIsReceivedOrDisposedOnce() throws InterruptedException {
        for (int round = 0; round < 40; round++) {
            conserve(round);
        }
    }

    private static void conserve(int round) throws InterruptedException {
        AtomicLong sent = new AtomicLong();
        AtomicLong received = new AtomicLong();
        AtomicLong undelivered = new AtomicLong();
        Channel<Long> channel = Channel.builder("stress")
                .<Long>capacity(3)
                .onUndelivered(undelivered::addAndGet)
                .build();
        List<Thread> parties = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Sender<Long> sender = channel.sender().duplicate();
            Receiver<Long> receiver = channel.receiver().duplicate();
            int most = round % 2 == 0 ? Integer.MAX_VALUE : 300;
            SplittableRandom random = new SplittableRandom(round * 2L + i);
            parties.add(new Thread(() -> sendAll(sender, sent, random)));
            parties.add(new Thread(() -> receiveAll(receiver, received, most)));
        }
        closeBoth(channel);
        parties.forEach(Thread::start);
        if (round % 4 == 3) {
            parties.get(0).interrupt();
            parties.get(1).interrupt();
        }
        for (Thread party : parties) {
            party.join();
        }

        assertThat(received.get() + undelivered.get()).as("round " + round).isEqualTo(sent.get());
    }

    private static void sendAll(Sender<Long> sender, AtomicLong sent, SplittableRandom random) {
        try (sender) {
            for (int i = 0; i < 1000; i++) {
                long element = random.nextLong(1_000_000);
                sender.send(element);
                sent.addAndGet(element);
            }
        } catch (InterruptedException | ChannelClosedException notSent) {
            // It is not in the channel.
        }
    }

    private static void receiveAll(Receiver<Long> receiver, AtomicLong received, int most) {
        try (receiver) {
            for (int i = 0; i < most; i++) {
                Long element = receiver.receive();
                if (element == null) {
                    return;
                }
                received.addAndGet(element);
            }
        } catch (InterruptedException nothingTaken) {
            // By the test.
        }
    }
}
