package io.watertight.examples;

import io.watertight.concurrency.Channel;
import io.watertight.concurrency.ChannelClosedException;
import io.watertight.concurrency.Receiver;
import io.watertight.concurrency.Sender;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Producers whose consumer has stopped without a word. */
final class StuckSenderWard implements Ward {
    private static final int PRODUCERS = 8;

    @Override
    public String pattern() {
        return "blocked on a queue nobody serves";
    }

    @Override
    public String story() {
        return "Eight producers fill a queue whose consumer takes one element and stops.";
    }

    @Override
    public String type() {
        return "element";
    }

    /** What is forgotten is the consumer's end. */
    @Override
    public String reportedType() {
        return "channel receiver";
    }

    /** The program: the same for both queues. Producers stop when they are told that nobody receives. */
    private static Callers startProducers(Callers.Call send) {
        return Callers.start("clinic-producer", PRODUCERS, () -> {
            try {
                while (true) {
                    send.run();
                }
            } catch (ChannelClosedException told) {
                // Nobody receives any more.
            }
        });
    }

    @Override
    public void leak(Room room) throws Exception {
        BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
        Callers producers = room.afterwards(startProducers(() -> queue.put("element")));
        queue.take();
        Patience.until(() -> producers.blockedIn(ArrayBlockingQueue.class) == PRODUCERS, Patience.LONG);
        Patience.collect();
        long stuck = producers.blockedIn(ArrayBlockingQueue.class);
        room.see(
                stuck == PRODUCERS && producers.served() == 0,
                "a queue: its consumer is gone, and " + stuck + " producers are blocked in put for ever");

        try (Sender<String> sender = openAndForgetToReceive(room);
                Callers senders = startProducers(() -> sender.send("element"))) {
            boolean told = Patience.until(() -> senders.served() == PRODUCERS || Patience.collectOnce(), Patience.LONG);
            room.see(told, "a channel: its receiver is dropped, and " + senders.served() + " producers are told");
        }
    }

    /** Takes one element, or none if there is none yet. */
    @SuppressWarnings("MustBeClosedChecker") // the leak
    private static Sender<String> openAndForgetToReceive(Room room) {
        Channel<String> channel =
                room.here(Channel.builder("elements").<String>capacity(1)).build();
        channel.receiver().tryReceive();
        return channel.sender();
    }

    @Override
    public void fix(Room room) throws Exception {
        Channel<String> channel =
                Channel.builder("elements").<String>capacity(1).build();
        try (Sender<String> sender = channel.sender();
                Callers senders = startProducers(() -> sender.send("element"))) {
            try (Receiver<String> receiver = channel.receiver()) {
                receiver.receive();
            }
            boolean told = senders.awaitAllServed();
            room.see(!told, "the receiver is closed, and " + senders.served() + " producers are told");
        }
    }
}
