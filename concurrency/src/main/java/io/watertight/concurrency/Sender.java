package io.watertight.concurrency;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.internal.Texts;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A handle for sending into a {@link Channel}. Thread-safe; each thread may have its own, by {@link #duplicate()}.
 *
 * @param <T> the elements
 */
public final class Sender<T> implements AutoCloseable {
    private static final LeakDetector SENDERS = LeakDetector.of("channel sender");

    private final ChannelCore<T> core;
    private final Cleaner.Cleanable registration;
    private final AtomicBoolean closed = new AtomicBoolean();

    @SuppressWarnings("this-escape")
    Sender(ChannelCore<T> core) {
        this.core = core;
        this.registration = SENDERS.register(this, core::senderClosed);
    }

    /**
     * Sends an element, and waits for a place. If this throws, the element is not in the channel and still the caller's.
     *
     * @param element what to send
     * @throws InterruptedException if the calling thread is interrupted before there was a place
     * @throws ChannelClosedException if the channel or this handle is closed, or nobody receives any more
     */
    public void send(T element) throws InterruptedException {
        try {
            checkOpen();
            core.send(Objects.requireNonNull(element, "element"), Long.MAX_VALUE);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sends an element, and waits for a place for some time.
     *
     * @param element what to send
     * @param timeout the longest wait
     * @return false if there was no place: the element is still the caller's
     * @throws InterruptedException if the calling thread is interrupted before there was a place
     * @throws ChannelClosedException if the channel or this handle is closed, or nobody receives any more
     */
    public boolean send(T element, Duration timeout) throws InterruptedException {
        try {
            checkOpen();
            return core.send(Objects.requireNonNull(element, "element"), Texts.saturatedNanos(timeout));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sends an element, and waits for a place until a deadline.
     *
     * @param element what to send
     * @param deadline until when to wait
     * @return false if there was no place: the element is still the caller's
     * @throws InterruptedException if the calling thread is interrupted before there was a place
     * @throws ChannelClosedException if the channel or this handle is closed, or nobody receives any more
     */
    public boolean send(T element, Deadline deadline) throws InterruptedException {
        try {
            checkOpen();
            return core.send(Objects.requireNonNull(element, "element"), deadline.remainingNanos());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sends an element, and waits for a place until a token is cancelled. If this throws, the element is not in the channel and
     * still the caller's.
     *
     * @param element what to send
     * @param token ends the wait
     * @throws CancellationException if the token is cancelled before there was a place
     * @throws InterruptedException if the calling thread is interrupted before there was a place
     * @throws ChannelClosedException if the channel or this handle is closed, or nobody receives any more
     */
    public void send(T element, CancelToken token) throws InterruptedException {
        try {
            checkOpen();
            core.send(Objects.requireNonNull(element, "element"), Long.MAX_VALUE, token);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Sends an element if there is a place. Does not wait.
     *
     * @param element what to send
     * @return false if there was no place: the element is still the caller's
     * @throws ChannelClosedException if the channel or this handle is closed, or nobody receives any more
     */
    public boolean trySend(T element) {
        try {
            checkOpen();
            return core.trySend(Objects.requireNonNull(element, "element"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new ChannelClosedException("channel '" + core.name + "': this sender is closed", null);
        }
    }

    /**
     * Makes another handle for sending.
     *
     * @return the handle: close it, too
     * @throws ChannelClosedException if this handle is closed
     */
    public Sender<T> duplicate() {
        try {
            core.addSender(); // before it is known that this one is open: so the last is not closed in between
            Sender<T> added;
            try {
                checkOpen();
                added = new Sender<>(core);
            } catch (Throwable failure) {
                core.senderClosed();
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

    /** Gives up this handle; with the last one receivers get what is left and then the end. A second close does nothing. */
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
        return "Sender[" + core.name + (closed.get() ? ", closed]" : "]");
    }
}
