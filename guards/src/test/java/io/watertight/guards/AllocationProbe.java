package io.watertight.guards;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Measures the bytes one operation allocates, exactly: batches of 2,000 operations on one platform thread, read from the
 * thread's own allocation counter, until five batches in a row agree with each other or time is up; the answer is the
 * least of them, because anything else that runs on this thread (class loading, a compiler's bail-out) only adds.
 */
final class AllocationProbe {
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int OPERATIONS = 2_000;
    private static final int AGREEING_BATCHES = 5;
    private static final long LONGEST_NANOS = Duration.ofSeconds(10).toNanos();

    private AllocationProbe() {}

    /** Bytes per operation once compiled code runs. */
    static double bytesPerOperation(Runnable operation) {
        long start = System.nanoTime();
        long least = Long.MAX_VALUE;
        int agreeing = 0;
        while (System.nanoTime() - start < LONGEST_NANOS) {
            long bytes = batch(operation);
            if (bytes < least) {
                least = bytes;
                agreeing = 0;
            } else if (bytes == least
                    && ++agreeing >= AGREEING_BATCHES
                    && System.nanoTime() - start > LONGEST_NANOS / 20) {
                break;
            }
        }
        return (double) least / OPERATIONS;
    }

    private static long batch(Runnable operation) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
