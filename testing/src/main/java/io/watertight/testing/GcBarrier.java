package io.watertight.testing;

import java.lang.management.ManagementFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Waits for the collector: after it, every reference whose referent was unreachable before has been found, and is in its
 * queue. For tests only; a full collection stops the program.
 *
 * <p>One sentinel object is not enough. A collector may find a sentinel before the rest, or hand it over in the middle of
 * it. The JVM finishes the list of references it has before it takes the next, so when a second sentinel, made after the
 * first had arrived, has arrived, everything found together with the first is in its queue. Where an explicit collection
 * runs beside the program, the first one may have been found by a collection that began too early; hence a third.
 *
 * <p>A local variable of a running method may keep its object: drop what shall be collected in a method of its own.
 */
public final class GcBarrier {
    private static final int ROUNDS = 3;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long NEXT_TRY_MILLIS = 500;

    /** In this order; the later ones work in some JVMs that ignore {@code System.gc()}. */
    private static final List<Runnable> COLLECTIONS =
            List.of(System::gc, () -> diagnosticCommand("gcRun"), () -> diagnosticCommand("gcClassHistogram"));

    private GcBarrier() {}

    /**
     * Collects, and waits until what was found is in the reference queues. Takes three full collections, of some
     * milliseconds in a small heap. Any number of threads may call it. Keeps waiting when it is interrupted, with the
     * interrupt status set again at the end.
     *
     * @return false if this JVM does not collect on request, after ten seconds of asking in every way known; what is not
     *     collected then says nothing
     */
    public static boolean await() {
        return await(COLLECTIONS, PATIENCE_NANOS);
    }

    static boolean await(List<Runnable> collections, long patienceNanos) {
        int way = 0;
        boolean[] interrupted = {false};
        try {
            for (int round = 0; round < ROUNDS && way >= 0; round++) {
                way = awaitSentinel(collections, way, patienceNanos, interrupted);
            }
            return way >= 0;
        } finally {
            if (interrupted[0]) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the way to collect that worked, for the next round to begin with; -1 if none does. */
    private static int awaitSentinel(
            List<Runnable> collections, int firstWay, long patienceNanos, boolean[] interrupted) {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), queue);
        long start = System.nanoTime();
        try {
            int way = firstWay;
            do {
                collections.get(way).run();
                if (arrives(queue, interrupted)) {
                    return way;
                }
                way = (way + 1) % collections.size();
            } while (System.nanoTime() - start < patienceNanos);
            return -1;
        } finally {
            Reference.reachabilityFence(sentinel);
        }
    }

    private static boolean arrives(ReferenceQueue<Object> queue, boolean[] interrupted) {
        while (true) {
            try {
                return queue.remove(NEXT_TRY_MILLIS) != null;
            } catch (InterruptedException remembered) {
                interrupted[0] = true;
            }
        }
    }

    private static void diagnosticCommand(String operation) {
        try {
            boolean takesArguments = operation.equals("gcClassHistogram");
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            operation,
                            takesArguments ? new Object[] {new String[0]} : new Object[0],
                            takesArguments ? new String[] {String[].class.getName()} : new String[0]);
        } catch (JMException unknownInThisJvm) {
            // the next way may work
        }
    }
}
