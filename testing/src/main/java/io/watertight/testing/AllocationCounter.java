package io.watertight.testing;

import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's own counter of what the current platform thread has allocated: exact to the byte on HotSpot, whatever the
 * collector, and read without allocating.
 */
final class AllocationCounter {
    private static final com.sun.management.@Nullable ThreadMXBean THREADS =
            ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads ? threads : null;

    private AllocationCounter() {}

    /** Throws unless this thread's counter is exact. */
    static void requireExact() {
        if (THREADS == null || !THREADS.isThreadAllocatedMemorySupported()) {
            throw refusal("this JVM does not count what a thread allocates", "run these tests on a HotSpot JVM");
        }
        if (!THREADS.isThreadAllocatedMemoryEnabled()) {
            throw refusal(
                    "counting what threads allocate is switched off",
                    "do not call com.sun.management.ThreadMXBean.setThreadAllocatedMemoryEnabled(false)");
        }
        if (THREADS.getCurrentThreadAllocatedBytes() < 0) {
            throw refusal(
                    "the JVM keeps no counter for '" + Thread.currentThread().getName() + "', a virtual thread",
                    "measure on a platform thread");
        }
    }

    static AllocationUnavailableException refusal(String happened, String next) {
        return new AllocationUnavailableException("allocations: cannot be measured exactly: " + happened + "; " + next);
    }

    /** Bytes allocated by this thread so far; call {@link #requireExact} first. */
    @SuppressWarnings("NullAway") // on the measured path; requireExact has checked it
    static long read() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
