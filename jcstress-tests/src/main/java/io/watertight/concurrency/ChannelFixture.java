package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.ref.Cleaner;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A channel for one element, and what is done with it. */
final class ChannelFixture {
    /** Far longer than anything here takes, and shorter than for ever: so that who is not woken is found. */
    private static final long BOUND_NANOS = Duration.ofSeconds(20).toNanos();

    private static final MethodHandle SENDERS;
    private static final MethodHandle REGISTRATION;

    static {
        // Handles are dropped thousands of times a second here: they are counted, and not logged.
        System.setProperty("watertight.suppress", "*");
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SENDERS = MethodHandles.privateLookupIn(ChannelCore.class, lookup)
                    .findGetter(ChannelCore.class, "senders", int.class);
            REGISTRATION = MethodHandles.privateLookupIn(Sender.class, lookup)
                    .findGetter(Sender.class, "registration", Cleaner.Cleanable.class);
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    final AtomicInteger disposed = new AtomicInteger();
    final ChannelCore<String> core = new ChannelCore<>("jcstress", 1, element -> disposed.incrementAndGet());
    private @Nullable Throwable dawdled;
    private volatile @Nullable Thread receiver;
    private volatile boolean interrupted;

    /** With an element in it. */
    static ChannelFixture full() {
        ChannelFixture channel = new ChannelFixture();
        channel.core.trySend("first");
        return channel;
    }

    /** Sends if there is a place; false if that was refused. */
    boolean trySend() {
        try {
            return core.trySend("element");
        } catch (ChannelClosedException refused) {
            return false;
        }
    }

    /** Sends, and waits for a place. */
    String send() {
        long start = System.nanoTime();
        String what;
        try {
            what = core.send("second", BOUND_NANOS) ? "sent" : "not woken";
        } catch (ChannelClosedException refused) {
            what = "refused";
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
        return System.nanoTime() - start < BOUND_NANOS ? what : "not woken";
    }

    /** Receives, and waits for an element, or the end. */
    String receive() {
        long start = System.nanoTime();
        String what;
        try {
            String element = core.receive(BOUND_NANOS);
            what = element == null ? "end" : element;
        } catch (ChannelClosedException refused) {
            what = "refused";
        } catch (InterruptedException early) {
            what = "interrupted";
        }
        return System.nanoTime() - start < BOUND_NANOS ? what : "not woken";
    }

    /** Receives what there is without waiting; how many that were. */
    int drain() {
        int elements = 0;
        try {
            while (core.tryReceive() != null) {
                elements++;
            }
        } catch (ChannelClosedException ended) {
            // Then those that are left were disposed.
        }
        return elements;
    }

    /** Receives on a thread that may be interrupted by {@link #interruptReceiver}, and sheds that interrupt. */
    String receiveInterruptibly() {
        receiver = Thread.currentThread();
        String what = receive();
        while (!interrupted) {
            LockSupport.park(this);
            Thread.interrupted(); // or the next park would not wait
        }
        Thread.interrupted();
        return what;
    }

    void interruptReceiver() {
        Thread thread = receiver;
        if (thread != null) {
            thread.interrupt();
        }
        interrupted = true;
        LockSupport.unpark(receiver);
    }

    /** How many senders are counted. */
    int senders() {
        try {
            return (int) SENDERS.invoke(core);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Does what is done when a sender was collected. */
    static void collected(Sender<?> sender) {
        try {
            ((Cleaner.Cleanable) REGISTRATION.invoke(sender)).clean();
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** Lets time pass between two steps. */
    void dawdle() {
        dawdled = new Throwable();
    }
}
