package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The kernel of timers: takes timers from any thread, and has them fired by the one that turns. It has no threads itself; a
 * {@link TimerHost} starts them, has them wait, and runs what is due.
 */
final class TimerWheel {
    /*
     * Buckets belong to one thread at a time, the one that turns. Others reach them through two stacks (Treiber): `intake`
     * for new timers and `discarded` for cancelled ones that are in a bucket. Each turn takes both as a whole.
     *
     *   turning:  NOBODY --who pushed, CAS: starts a thread--> AWAKE
     *             AWAKE --thread: writes, then looks at the stacks--> ASLEEP --thread: time is over, CAS--> AWAKE
     *             ASLEEP --who pushed, CAS: unparks--> AWAKE
     *             AWAKE --thread: writes, then looks at the stacks--> NOBODY --same thread, CAS: found something--> AWAKE
     *
     * Who enters AWAKE from NOBODY owns the buckets until it writes NOBODY.
     *
     * No lost wake-up: who pushes does so (CAS), then reads `turning` (volatile). The thread writes ASLEEP or NOBODY
     * (volatile), then reads the stacks (volatile). All four are in one total order, so one of the two sees the other. It is
     * the same with `closed`: who adds pushes and then reads it, who closes writes it and then takes the stacks; and the
     * thread reads it again after it wrote ASLEEP or NOBODY.
     *
     * After a turn that took something the thread waits AWAKE for the next tick, and nobody needs to wake it: so a busy wheel
     * costs those who use it no more than a push. Only after a turn that took nothing it sleeps until the next used bucket;
     * with none, five seconds, and then it ends.
     *
     * field                read                     write
     * intake, discarded    volatile                 CAS (push), exchange (take)
     * turning              volatile                 volatile by the thread that turns, else CAS
     * closed               volatile                 volatile, once
     * buckets, emptySince  the thread that turns    the thread that turns
     */
    static final long TICK_NANOS = Duration.ofMillis(10).toNanos();
    static final long LINGER_NANOS = Duration.ofSeconds(5).toNanos();

    static final int NOBODY = 0;
    static final int AWAKE = 1;
    static final int ASLEEP = 2;

    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;
    private static final VarHandle INTAKE;
    private static final VarHandle DISCARDED;
    private static final VarHandle TURNING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            INTAKE = lookup.findVarHandle(TimerWheel.class, "intake", TimerNode.class);
            DISCARDED = lookup.findVarHandle(TimerWheel.class, "discarded", TimerNode.class);
            TURNING = lookup.findVarHandle(TimerWheel.class, "turning", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final TimerHost host;
    private final String name;
    private final int maxPending;
    private final Ticker ticker;
    private final long originNanos;
    private final TimerBuckets buckets = new TimerBuckets();
    private final AtomicLong pending = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();

    private volatile @Nullable TimerNode intake;
    private volatile @Nullable TimerNode discarded;
    private volatile int turning;
    private volatile boolean closed;
    /** When the thread that turns found nothing, in nanoseconds since the start; negative if there was something. */
    private long emptySince = -1;

    TimerWheel(String name, int maxPending, Ticker ticker, TimerHost host) {
        this.name = name;
        this.maxPending = maxPending;
        this.ticker = ticker;
        this.host = host;
        this.originNanos = ticker.nanos();
    }

    long elapsedNanos() {
        return ticker.nanos() - originNanos;
    }

    /** A sum that does not overflow, of a time since the start and a delay. */
    static long later(long elapsedNanos, long delayNanos) {
        return elapsedNanos + Math.min(delayNanos, LONGEST_NANOS);
    }

    /** The first tick that is not before a time since the start: nothing fires early. */
    static long tickAt(long elapsedNanos) {
        return (elapsedNanos + TICK_NANOS - 1) / TICK_NANOS;
    }

    long pending() {
        return pending.get();
    }

    long skipped() {
        return skipped.get();
    }

    void skipped(long times) {
        skipped.addAndGet(times);
    }

    boolean isClosed() {
        return closed;
    }

    /** Makes a timer that fires once. */
    TimerNode schedule(long delayNanos, Runnable action) {
        TimerNode node = new TimerNode(this, action);
        node.dueTick = tickAt(later(elapsedNanos(), delayNanos));
        add(node);
        return node;
    }

    /** Takes a new timer, or throws. */
    void add(TimerNode node) {
        long before = pending.get();
        while (before >= maxPending || !pending.compareAndSet(before, before + 1)) {
            if (before >= maxPending) {
                throw new RejectedExecutionException(
                        "timers '" + name + "': no room for another timer (pending=" + before
                                + ", max=" + maxPending
                                + "); timers are set faster than they end, or are never cancelled; cancel"
                                + " what is not needed, or raise maxPending");
            }
            before = pending.get();
        }
        if (closed) { // a shortcut: it is read again below
            pending.decrementAndGet();
            throw closedException();
        }
        addAgain(node);
        // Nobody else has it yet but who closed this, and an executor that refused it already.
        if (closed && node.stateVolatile() == TimerNode.CANCELLED) {
            throw closedException();
        }
    }

    /** Takes a timer that has its place among the pending; cancels it if this is closed. */
    void addAgain(TimerNode node) {
        TimerNode head;
        do {
            head = intake;
            node.stackNext = head;
        } while (!INTAKE.compareAndSet(this, head, node));
        if (closed) {
            node.cancel();
        } else {
            wake();
        }
    }

    private RejectedExecutionException closedException() {
        return new RejectedExecutionException(
                "timers '" + name + "': closed; nothing can be scheduled any more (pending=" + pending.get() + ")");
    }

    /** Has a cancelled timer taken out of its bucket. */
    void discard(TimerNode node) {
        TimerNode head;
        do {
            head = discarded;
            node.stackNext = head;
        } while (!DISCARDED.compareAndSet(this, head, node));
        if (!closed) { // else it is taken out with the others
            wake();
        }
    }

    /** A timer has ended, in whatever way. */
    void ended() {
        pending.decrementAndGet();
    }

    /** Makes sure that somebody looks at the stacks after this. */
    void wake() {
        while (true) {
            int current = turning;
            if (current == AWAKE) {
                return;
            }
            if (TURNING.compareAndSet(this, current, AWAKE)) {
                if (current == ASLEEP) {
                    host.unpark();
                } else {
                    start();
                }
                return;
            }
        }
    }

    private void start() {
        try {
            host.start();
        } catch (Throwable noThread) {
            turning = NOBODY; // the next push, or the next step, tries again
            host.failed("a thread could not be started", noThread);
            if (closed) { // by somebody who counted on that thread
                close();
            }
        }
    }

    /** For a step now and then: what a thread that could not be started has left. */
    void rescue() {
        if (turning == NOBODY && hasWork() && !closed) {
            wake();
        }
    }

    private boolean hasWork() {
        return intake != null || discarded != null;
    }

    /** Ends everything: what is pending is cancelled, here or by the thread that turns. */
    void close() {
        closed = true;
        if (TURNING.compareAndSet(this, NOBODY, AWAKE)) {
            drain();
        } else {
            wake();
        }
    }

    /** Closed, and nobody turns: nothing is left here, and nothing comes any more. */
    boolean isDrained() {
        return closed && turning == NOBODY;
    }

    /** By the thread that turns. False if it is to end, and must not touch this any more. */
    boolean turn() {
        if (closed) {
            drain();
            return false;
        }
        long elapsed = elapsedNanos();
        long now = elapsed / TICK_NANOS;
        buckets.advance(now, this::fire);
        boolean tookIn = takeIn(now);
        boolean tookOut = takeOut(); // after it: what was just put into a bucket may have been cancelled
        if (tookIn || tookOut) {
            emptySince = -1;
            host.park(TICK_NANOS - elapsed % TICK_NANOS);
            return true;
        }
        if (!buckets.isEmpty()) {
            emptySince = -1;
            sleep(buckets.nextTick() * TICK_NANOS - elapsed);
            return true;
        }
        if (emptySince < 0) {
            emptySince = elapsed;
        }
        if (elapsed - emptySince < LINGER_NANOS) {
            sleep(emptySince + LINGER_NANOS - elapsed);
            return true;
        }
        turning = NOBODY;
        return (hasWork() || closed) && TURNING.compareAndSet(this, NOBODY, AWAKE);
    }

    private void sleep(long nanos) {
        turning = ASLEEP;
        if (!hasWork() && !closed) {
            host.park(nanos);
        }
        TURNING.compareAndSet(this, ASLEEP, AWAKE); // or who woke this thread did
    }

    private void fire(TimerNode node) {
        if (node.casState(TimerNode.LINKED, TimerNode.DUE)) {
            host.due(node);
        } // else it was cancelled, and comes by the other stack
    }

    private boolean takeIn(long now) {
        TimerNode node = (TimerNode) INTAKE.getAndSet(this, (TimerNode) null);
        boolean took = node != null;
        while (node != null) {
            TimerNode after = node.stackNext;
            node.stackNext = null;
            if (node.dueTick <= now) {
                if (node.casState(TimerNode.INIT, TimerNode.DUE)) {
                    host.due(node);
                }
            } else if (node.casState(TimerNode.INIT, TimerNode.LINKED)) {
                buckets.add(node);
            }
            node = after;
        }
        return took;
    }

    private boolean takeOut() {
        TimerNode node = (TimerNode) DISCARDED.getAndSet(this, (TimerNode) null);
        boolean took = node != null;
        while (node != null) {
            TimerNode after = node.stackNext;
            node.stackNext = null;
            buckets.remove(node);
            node = after;
        }
        return took;
    }

    /** By who owns the buckets, for good. */
    private void drain() {
        do {
            TimerNode node = (TimerNode) INTAKE.getAndSet(this, (TimerNode) null);
            while (node != null) {
                TimerNode after = node.stackNext;
                node.cancel();
                node = after;
            }
            buckets.clear(TimerNode::cancel);
            takeOut(); // those that were just cancelled, too
            turning = NOBODY;
        } while (hasWork() && TURNING.compareAndSet(this, NOBODY, AWAKE));
        host.ended();
    }
}
