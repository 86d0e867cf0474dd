package io.watertight.concurrency;

import io.watertight.guards.internal.LibraryThreads;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The few threads that run what timers have due, where the user gave no executor: started when there is something to run,
 * gone after five idle seconds.
 */
final class DueRunner {
    /*
     * All fields are guarded by `lock`, and so are a timer's next, previous and bucket while it is queued here. Under it
     * nothing is called but reads of a timer's state. What waits has its place among the pending, so the queue is bounded; one
     * that is cancelled is taken out at once: the canceller writes the state and then looks here, and who queues it writes
     * the queue and then looks at the state, both under `lock`.
     */
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int QUEUED = Integer.MAX_VALUE;

    private final String name;
    private final int maxThreads;
    private final TimerHost host;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition submitted = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final Set<Thread> threads = new HashSet<>();
    private @Nullable TimerNode head;
    private @Nullable TimerNode tail;
    private int queued;
    private int idle;
    private int started;
    private boolean closed;

    DueRunner(String name, int maxThreads, TimerHost host) {
        this.name = name;
        this.maxThreads = maxThreads;
        this.host = host;
    }

    void submit(TimerNode node) {
        if (enqueue(node)) {
            startIfNeeded();
        } else {
            node.cancel(); // unless that was why
        }
    }

    private boolean enqueue(TimerNode node) {
        lock.lock();
        try {
            if (closed || node.stateVolatile() != TimerNode.DUE) {
                return false;
            }
            node.bucket = QUEUED;
            node.next = null;
            node.previous = tail;
            if (tail == null) {
                head = node;
            } else {
                tail.next = node;
            }
            tail = node;
            queued++;
            submitted.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Starts a thread if there is more to do than threads are idle; also called now and then, for one that could not start. */
    void startIfNeeded() {
        Thread thread;
        lock.lock();
        try {
            if (closed || queued <= idle || threads.size() >= maxThreads) {
                return;
            }
            started++;
            thread = LibraryThreads.daemon("watertight-timers-" + name + "-" + started, this::run);
            threads.add(thread);
        } finally {
            lock.unlock();
        }
        try {
            thread.start();
        } catch (Throwable noThread) {
            left(thread);
            host.failed("a thread could not be started", noThread);
        }
    }

    private void left(Thread thread) {
        boolean last;
        lock.lock();
        try {
            threads.remove(thread);
            last = closed && threads.isEmpty();
        } finally {
            lock.unlock();
        }
        if (last) {
            host.ended();
        }
    }

    void remove(TimerNode node) {
        lock.lock();
        try {
            if (node.bucket == QUEUED) {
                unlink(node);
            }
        } finally {
            lock.unlock();
        }
    }

    private void unlink(TimerNode node) {
        TimerNode before = node.previous;
        TimerNode after = node.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        node.bucket = TimerBuckets.NOWHERE;
        node.next = null;
        node.previous = null;
        queued--;
    }

    private void run() {
        try {
            for (TimerNode node = next(); node != null; node = next()) {
                node.run();
                Thread.interrupted(); // what an action left
            }
        } finally {
            left(Thread.currentThread());
            startIfNeeded(); // for what came while this thread still counted, and had found nothing to do
        }
    }

    private @Nullable TimerNode next() {
        long left = IDLE_NANOS;
        lock.lock();
        try {
            while (head == null) {
                if (closed || left <= 0) {
                    return null;
                }
                idle++;
                try {
                    left = submitted.awaitNanos(left);
                } catch (InterruptedException byAnAction) {
                    // It interrupted this thread, which it does not own.
                } finally {
                    idle--;
                }
            }
            TimerNode node = head;
            unlink(node);
            return node;
        } finally {
            lock.unlock();
        }
    }

    /** Cancels what waits, and lets the threads end. */
    void close() {
        while (true) {
            TimerNode node;
            lock.lock();
            try {
                closed = true;
                submitted.signalAll();
                node = head;
                if (node == null) {
                    return;
                }
                unlink(node);
            } finally {
                lock.unlock();
            }
            node.cancel();
        }
    }

    int queued() {
        lock.lock();
        try {
            return queued;
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return closed && threads.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    boolean owns(Thread thread) {
        lock.lock();
        try {
            return threads.contains(thread);
        } finally {
            lock.unlock();
        }
    }

    /** Wakes those who wait for the end, after it has come. */
    void signalEnd() {
        lock.lock();
        try {
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the end has come, or the time is over. */
    void awaitEnd(long nanos, BooleanSupplier hasEnded) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!hasEnded.getAsBoolean() && left > 0) {
                left = ended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
