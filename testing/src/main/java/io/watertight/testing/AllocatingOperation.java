package io.watertight.testing;

/**
 * One operation whose allocations are measured.
 *
 * <p>It runs thousands of times on one thread. What it hands to other threads is theirs: only what the measuring thread
 * itself allocates is counted. An object that never leaves the operation may be removed by the compiler, and then is
 * rightly not counted; to count a result in any case, use {@link Allocations#measureValue}.
 */
@FunctionalInterface
public interface AllocatingOperation {
    /**
     * Runs the operation once.
     *
     * @throws Throwable whatever goes wrong; it ends the measurement and reaches its caller as it is
     */
    void run() throws Throwable;
}
