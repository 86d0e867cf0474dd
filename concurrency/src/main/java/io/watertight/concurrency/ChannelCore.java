package io.watertight.concurrency;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel of a channel: a ring, and who may still use its ends. It knows no handle, so that those can be found dropped. */
final class ChannelCore<T> {
    /*
     *   OPEN --last sender closed--> CLOSED --last receiver closed, or cancel--> ENDED
     *        `--last receiver closed, or cancel----------------------------------^
     *
     * In CLOSED nothing is sent, and what is in the ring is received. ENDED has an empty ring: whoever enters it takes the
     * elements out under the lock and disposes them after it.
     *
     * Everything is guarded by `lock`, one hold of which is the linearisation point of each operation: an element is in the
     * channel if and only if send returned; it is received, or disposed, by who took it out. Under it no code of users runs.
     *
     * Nobody stays blocked: whatever could let somebody go on signals: an element one receiver, a place one sender, a change of
     * state all. A waiter that leaves by interrupt or time-out was not signalled, or goes on as if it was not interrupted and
     * keeps the flag (that is how Condition decides), so no signal is lost.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ChannelCore.class);

    final String name;
    private final ChannelBuilder.Disposer<? super T> disposer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final @Nullable Object[] ring;
    private int first;
    private int size;
    private int senders = 1;
    private int receivers = 1;
    /** Nothing is sent any more. */
    private boolean closed;
    /** Why nothing is sent or received any more; null before. */
    private @Nullable Throwable ended;

    ChannelCore(String name, int capacity, ChannelBuilder.Disposer<? super T> disposer) {
        this.name = name;
        this.disposer = disposer;
        this.ring = new Object[capacity];
    }

    /** Sends, and waits for a place at most so long; false if there was none. Throws if the token is cancelled meanwhile. */
    boolean send(T element, long nanos, CancelToken token) throws InterruptedException {
        token.throwIfCancelled();
        if (trySend(element)) {
            return true;
        }
        CancelToken.Registration waking = token.onCancel(this::wakeAll);
        try {
            return awaitPlace(element, nanos, token);
        } finally {
            waking.unregister();
        }
    }

    /** The same without a token. */
    boolean send(T element, long nanos) throws InterruptedException {
        return awaitPlace(element, nanos, CancelToken.never());
    }

    private boolean awaitPlace(T element, long nanos, CancelToken token) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            checkSendable();
            while (size == ring.length) {
                token.throwIfCancelled();
                if (left <= 0) {
                    return false;
                }
                left = await(notFull, left);
                checkSendable();
            }
            put(element);
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean trySend(T element) {
        lock.lock();
        try {
            checkSendable();
            if (size == ring.length) {
                return false;
            }
            put(element);
            return true;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the callers have the loops
    private static long await(Condition condition, long nanos) throws InterruptedException {
        if (nanos == Long.MAX_VALUE) {
            condition.await();
            return nanos;
        }
        return condition.awaitNanos(nanos);
    }

    private void put(T element) {
        int last = first + size;
        ring[last < ring.length ? last : last - ring.length] = element;
        size++;
        notEmpty.signal();
    }

    private void checkSendable() {
        if (closed) {
            throw new ChannelClosedException(
                    "channel '" + name + "': nothing can be sent; "
                            + (ended == null ? "it is closed" : ended.getMessage()),
                    ended);
        }
    }

    /** By a token that was cancelled: those who wait with it give up, the others wait on. */
    private void wakeAll() {
        lock.lock();
        try {
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Receives, and waits for an element at most so long; null if there was none, and none comes if this is closed. Throws if the
     * token is cancelled meanwhile.
     */
    @Nullable
    T receive(long nanos, CancelToken token) throws InterruptedException {
        token.throwIfCancelled();
        T there = tryReceive();
        if (there != null) {
            return there;
        }
        CancelToken.Registration waking = token.onCancel(this::wakeAll);
        try {
            return awaitElement(nanos, token);
        } finally {
            waking.unregister();
        }
    }

    /** The same without a token. */
    @Nullable
    T receive(long nanos) throws InterruptedException {
        return awaitElement(nanos, CancelToken.never());
    }

    private @Nullable T awaitElement(long nanos, CancelToken token) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (size == 0) {
                if (isDrained()) {
                    return null;
                }
                token.throwIfCancelled();
                if (left <= 0) {
                    return null;
                }
                left = await(notEmpty, left);
            }
            return take();
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    T tryReceive() {
        lock.lock();
        try {
            return isDrained() || size == 0 ? null : take();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked")
    private @Nullable T take() {
        T element = (T) ring[first];
        ring[first] = null;
        first = first + 1 == ring.length ? 0 : first + 1;
        size--;
        notFull.signal();
        return element;
    }

    /** Nothing is there, and nothing comes; throws if that is because this was cancelled. */
    private boolean isDrained() {
        if (ended != null) {
            throw new ChannelClosedException(
                    "channel '" + name + "': nothing can be received; " + ended.getMessage(), ended);
        }
        return closed && size == 0;
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended != null || (closed && size == 0);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    void addSender() {
        lock.lock();
        try {
            senders++;
        } finally {
            lock.unlock();
        }
    }

    void addReceiver() {
        lock.lock();
        try {
            receivers++;
        } finally {
            lock.unlock();
        }
    }

    void senderClosed() {
        lock.lock();
        try {
            if (--senders == 0) {
                closed = true;
                notEmpty.signalAll();
                notFull.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void receiverClosed() {
        boolean last;
        lock.lock();
        try {
            last = --receivers == 0;
        } finally {
            lock.unlock();
        }
        if (last) {
            end(new IllegalStateException("nobody receives any more"));
        }
    }

    /** Ends everything; false if that was done before. */
    boolean end(Throwable cause) {
        List<Object> undelivered = new ArrayList<>(ring.length); // so that nothing is lost for a lack of memory
        lock.lock();
        try {
            if (ended != null) {
                return false;
            }
            ended = cause;
            closed = true;
            for (; size > 0; size--) {
                Object element = ring[first];
                ring[first] = null;
                first = first + 1 == ring.length ? 0 : first + 1;
                if (element != null) {
                    undelivered.add(element);
                }
            }
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
        undelivered.forEach(this::dispose);
        return true;
    }

    @SuppressWarnings("unchecked")
    private void dispose(Object element) {
        try {
            disposer.dispose((T) element);
        } catch (Throwable failure) {
            LOG.warn("channel '{}': an element that nobody received could not be disposed", name, failure);
        }
    }
}
