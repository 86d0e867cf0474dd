package io.watertight.testing;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/**
 * Measures what operations allocate, exactly, and fails tests whose operations allocate too much.
 *
 * <p>An operation is run in batches on the calling thread, and the JVM's own counter of that thread's allocations is
 * read around each batch. Other threads do not disturb the counter, so tests that measure may run in parallel. A
 * measurement takes milliseconds if the operation is fast and keeps its budget, and up to ten seconds otherwise. It does
 * not react to interruption. All methods are thread-safe.
 *
 * <p>Where the counter is not exact (virtual threads, JVMs without it) the methods throw
 * {@link AllocationUnavailableException}, which JUnit takes as an aborted test. What an operation throws ends the
 * measurement and is thrown on as it is, checked or not.
 */
public final class Allocations {
    private static final Duration FORK_TIMEOUT = Duration.ofMinutes(1);

    private Allocations() {}

    /**
     * Measures what an operation allocates.
     *
     * @param operation the operation; it runs between some hundred thousand times, if it is fast, and a hundred
     *     million
     * @return bytes per operation in the steady state, with what led to it
     * @throws AllocationUnavailableException if the amount cannot be measured exactly
     */
    public static AllocationResult measure(AllocatingOperation operation) {
        Objects.requireNonNull(operation, "operation must not be null");
        return measured(operation);
    }

    /**
     * Measures what a function allocates, its result included: no compiler can remove it. A primitive result is boxed, and
     * the box is counted, too; use {@link #measure} for those.
     *
     * @param function the function; it runs between some hundred thousand times, if it is fast, and a hundred
     *     million
     * @return bytes per call in the steady state, with what led to it
     * @throws AllocationUnavailableException if the amount cannot be measured exactly
     */
    public static AllocationResult measureValue(Callable<?> function) {
        Objects.requireNonNull(function, "function must not be null");
        try {
            return measure(new AllocationValue(function));
        } finally {
            AllocationValue.forget();
        }
    }

    /**
     * Fails unless an operation allocates nothing at all, from the second batch on and whether compiled or not.
     *
     * @param operation the operation
     * @throws AssertionError if it allocates; names the amount and the lines that allocate most
     * @throws AllocationUnavailableException if the amount cannot be measured exactly
     */
    public static void assertAllocatesNothing(AllocatingOperation operation) {
        assertAllocatesAtMost(0, AllocationMode.STRICT, operation);
    }

    /**
     * Fails unless an operation keeps a budget, within 0.01 B, and does not allocate more the longer it runs.
     *
     * @param bytesPerOperation the budget, in bytes per operation; not negative
     * @param mode what the budget is compared with
     * @param operation the operation
     * @throws AssertionError if it allocates more; names the amount and the lines that allocate most
     * @throws AllocationUnavailableException if the amount cannot be measured exactly, or if a steady budget is exceeded
     *     in a JVM that does not compile as it would in production
     */
    public static void assertAllocatesAtMost(
            double bytesPerOperation, AllocationMode mode, AllocatingOperation operation) {
        Objects.requireNonNull(mode, "mode must not be null");
        Objects.requireNonNull(operation, "operation must not be null");
        unchecked(() -> AllocationCheck.check("operation", bytesPerOperation, mode, operation));
    }

    /**
     * Fails if an operation allocates more when its input is larger. Measures inputs of {@code n}, {@code 2n} and
     * {@code 4n}.
     *
     * @param n the smallest size, at least 1 and at most 2^29
     * @param operationOfSize makes the operation for an input of a size; what it does itself is not measured
     * @throws AssertionError if the operation on {@code 4n} allocates more than that on {@code n}
     * @throws AllocationUnavailableException if the amount cannot be measured exactly, or in a JVM that does not compile
     *     as it would in production
     */
    public static void assertNoGrowthWithSize(int n, IntFunction<? extends AllocatingOperation> operationOfSize) {
        Objects.requireNonNull(operationOfSize, "operationOfSize must not be null");
        unchecked(() -> AllocationCheck.checkGrowthWithSize(n, operationOfSize));
    }

    /**
     * Fails if the heap holds more the more often an operation has run. Counts live objects after full collections,
     * in rounds of doubling length, so run it when nothing else in this JVM builds up objects.
     *
     * @param operation the operation; it runs up to 130,000 times
     * @throws AssertionError if live bytes rose in every round; names the slope and the classes that grow
     * @throws AllocationUnavailableException if this JVM cannot be made to collect and count
     */
    public static void assertNoGrowthWithIterations(AllocatingOperation operation) {
        Objects.requireNonNull(operation, "operation must not be null");
        unchecked(() -> AllocationRetention.check(operation));
    }

    /**
     * Counts allocations, and lists where each was made: Go's allocs/op. Takes some seconds, as it starts a JVM of its own
     * in which every allocation is recorded; waits at most a minute for it.
     *
     * @param scenario the operation, with a constructor without parameters; a nested class must be static
     * @return the counts in the steady state
     * @throws AllocationUnavailableException if the counts are not exact, or the JVM cannot be started
     */
    public static AllocationCount count(Class<? extends AllocationScenario> scenario) {
        return count(scenario, AllocationMode.STEADY, FORK_TIMEOUT);
    }

    /**
     * Counts allocations, and lists where each was made.
     *
     * @param scenario the operation, with a constructor without parameters; a nested class must be static
     * @param mode steady: what is left after compilation; strict: every {@code new}, removed by compilers or not
     * @param timeout how long to wait for the JVM; then it is ended. An interrupt ends it, too
     * @return the counts
     * @throws AllocationUnavailableException if the counts are not exact, or the JVM cannot be started
     */
    public static AllocationCount count(
            Class<? extends AllocationScenario> scenario, AllocationMode mode, Duration timeout) {
        Objects.requireNonNull(scenario, "scenario must not be null");
        Objects.requireNonNull(mode, "mode must not be null");
        Objects.requireNonNull(timeout, "timeout must not be null");
        return AllocationFork.count(scenario, mode, timeout);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> AllocationResult measured(AllocatingOperation operation) throws X {
        try {
            return AllocationMeasurement.measure(operation).result();
        } catch (Throwable failure) {
            throw (X) failure; // as below
        }
    }

    /** Runs a step; what it throws goes on as it is. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void unchecked(AllocatingOperation step) throws X {
        try {
            step.run();
        } catch (Throwable failure) {
            throw (X) failure; // the compiler takes X for a RuntimeException
        }
    }
}
