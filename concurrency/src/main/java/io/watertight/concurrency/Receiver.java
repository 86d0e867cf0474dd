package io.watertight.concurrency;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.internal.Texts;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A handle for receiving from a {@link Channel}. Thread-safe; each thread may have its own, by {@link #duplicate()}.
 *
 * @param <T> the elements
 */
public final class Receiver<T> implements AutoCloseable {
    private static final LeakDetector RECEIVERS = LeakDetector.of("channel receiver");

    private final ChannelCore<T> core;
    private final Cleaner.Cleanable registration;
    private final AtomicBoolean closed = new AtomicBoolean();

    @SuppressWarnings("this-escape")
    Receiver(ChannelCore<T> core) {
        this.core = core;
        this.registration = RECEIVERS.register(this, core::receiverClosed);
    }

    /**
     * Receives an element, and waits for one. If this throws, no element was taken.
     *
     * @return the element, which is the caller's from now on; null if all senders are closed and nothing is left
     * @throws InterruptedException if the calling thread is interrupted before there was an element; with one it is returned,
     *     and the interrupt stays set
     * @throws ChannelClosedException if the channel was cancelled, or this handle is closed
     */
    public @Nullable T receive() throws InterruptedException {
        try {
            checkOpen();
            return core.receive(Long.MAX_VALUE);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Receives an element, and waits for one for some time.
     *
     * @param timeout the longest wait
     * @return the element; null if none came, or none comes any more: see {@link #isEnded()}
     * @throws InterruptedException as {@link #receive()} does
     * @throws ChannelClosedException if the channel was cancelled, or this handle is closed
     */
    public @Nullable T receive(Duration timeout) throws InterruptedException {
        try {
            checkOpen();
            return core.receive(Texts.saturatedNanos(timeout));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Receives an element, and waits for one until a deadline.
     *
     * @param deadline until when to wait
     * @return the element; null if none came, or none comes any more: see {@link #isEnded()}
     * @throws InterruptedException as {@link #receive()} does
     * @throws ChannelClosedException if the channel was cancelled, or this handle is closed
     */
    public @Nullable T receive(Deadline deadline) throws InterruptedException {
        try {
            checkOpen();
            return core.receive(deadline.remainingNanos());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Receives an element, and waits for one until a token is cancelled. If this throws, no element was taken.
     *
     * @param token ends the wait
     * @return the element; null if all senders are closed and nothing is left
     * @throws CancellationException if the token is cancelled before there was an element
     * @throws InterruptedException as {@link #receive()} does
     * @throws ChannelClosedException if the channel was cancelled, or this handle is closed
     */
    public @Nullable T receive(CancelToken token) throws InterruptedException {
        try {
            checkOpen();
            return core.receive(Long.MAX_VALUE, token);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Receives an element if there is one. Does not wait.
     *
     * @return the element; null if there is none, or none comes any more: see {@link #isEnded()}
     * @throws ChannelClosedException if the channel was cancelled, or this handle is closed
     */
    public @Nullable T tryReceive() {
        try {
            checkOpen();
            return core.tryReceive();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Says whether nothing will be received any more.
     *
     * @return true if the channel was cancelled, or all senders are closed and nothing is left
     */
    public boolean isEnded() {
        try {
            return core.isEnded();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new ChannelClosedException("channel '" + core.name + "': this receiver is closed", null);
        }
    }

    /**
     * Makes another handle for receiving.
     *
     * @return the handle: close it, too
     * @throws ChannelClosedException if this handle is closed
     */
    public Receiver<T> duplicate() {
        try {
            core.addReceiver(); // before it is known that this one is open: so the last is not closed in between
            Receiver<T> added;
            try {
                checkOpen();
                added = new Receiver<>(core);
            } catch (Throwable failure) {
                core.receiverClosed();
                throw failure;
            }
            return added;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Ends the channel at once: whoever waits at either end is refused, and what is in it is disposed.
     *
     * @param cause why; others see it
     * @return false if it had ended before
     */
    public boolean cancel(Throwable cause) {
        try {
            return core.end(Objects.requireNonNull(cause, "cause"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Gives up this handle; with the last one senders are refused, and what is left is disposed. A second close does nothing. */
    @Override
    public void close() {
        try {
            if (closed.compareAndSet(false, true)) {
                registration.clean();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "Receiver[" + core.name + (closed.get() ? ", closed]" : "]");
    }
}
