package io.watertight.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Compares what an operation allocates with what it may, and says what is wrong. */
final class AllocationCheck {
    private static final int LARGEST_SIZE = 1 << 29;

    private AllocationCheck() {}

    static AllocationResult check(String name, double budget, AllocationMode mode, AllocatingOperation operation)
            throws Throwable {
        requireBudget(budget);
        AllocationVerdict verdict = AllocationMeasurement.measure(operation, budget, mode);
        if (!verdict.kept()) {
            String exceeded = verdict.result().grows() ? "allocates more with time" : "allocates too much";
            String happened = "allocations '" + name + "': " + exceeded + ", budget "
                    + AllocationResult.number(budget) + " B " + mode + ", measured "
                    + verdict.result().message();
            refuseIfHandicapped(mode, happened);
            throw new AssertionError(happened + AllocationLines.describe(operation, verdict.result()));
        }
        return verdict.result();
    }

    static void requireBudget(double budget) {
        if (!(budget >= 0) || Double.isInfinite(budget)) {
            throw new IllegalArgumentException("bytesPerOperation must be a number of at least 0: " + budget);
        }
    }

    private static void refuseIfHandicapped(AllocationMode mode, String happened) {
        String handicap = mode == AllocationMode.STEADY ? AllocationConditions.handicap() : null;
        if (handicap != null) {
            throw new AllocationUnavailableException(happened
                    + "; but that says nothing about production: " + handicap
                    + "; run it in a JVM that compiles, or use a STRICT budget");
        }
    }

    static void checkGrowthWithSize(int n, IntFunction<? extends AllocatingOperation> operationOfSize)
            throws Throwable {
        if (n < 1 || n > LARGEST_SIZE) {
            throw new IllegalArgumentException("n must be between 1 and " + LARGEST_SIZE + ": " + n);
        }
        List<AllocatingOperation> operations = new ArrayList<>();
        List<AllocationResult> results = new ArrayList<>();
        for (int size = n; operations.size() < 3; size *= 2) {
            AllocatingOperation operation = operationOfSize.apply(size);
            operations.add(operation);
            results.add(AllocationMeasurement.measure(operation).result());
        }
        AllocationResult small = results.get(0);
        AllocationResult large = results.get(2);
        if (large.bytesPerOperation() > small.bytesPerOperation() + AllocationSeries.TOLERANCE
                || results.stream().anyMatch(AllocationResult::grows)) {
            String happened = "allocations: grow with the input (n=" + n + ": " + small.message() + ", n=" + 2 * n
                    + ": " + results.get(1).message() + ", n=" + 4 * n + ": " + large.message() + ")";
            refuseIfHandicapped(AllocationMode.STEADY, happened);
            throw new AssertionError(happened + AllocationLines.describe(operations.get(2), large));
        }
    }
}
