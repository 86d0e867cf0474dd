package io.watertight.concurrency;

/**
 * A bounded way for elements from threads that send to threads that receive, on which nobody waits for somebody who is gone.
 *
 * <p>It has two ends, each with any number of handles. When the last sender is closed, receivers get what is left and then the
 * end; when the last receiver is closed, senders are refused and what is left is disposed. A handle that is dropped unclosed
 * counts as closed, and is reported. Cancelling by any handle ends everything at once.
 *
 * <p>Each element has one owner: the sender until {@code send} returns, then the channel, then the receiver. What nobody
 * receives is passed to the disposer, exactly once.
 *
 * @param sender the first handle for sending; close it
 * @param receiver the first handle for receiving; close it
 * @param <T> the elements
 */
public record Channel<T>(Sender<T> sender, Receiver<T> receiver) {
    /**
     * Starts to describe a channel.
     *
     * @param name how messages name it
     * @return the first step
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static ChannelBuilder.CapacityStep builder(String name) {
        return ChannelBuilder.named(name);
    }
}
