package io.watertight.testing;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of one measurement. Operations run in batches, 2,000 in one loop, and the thread's allocation counter is
 * read before and after each. It ends
 *
 * <ul>
 *   <li>fast, if a budget is given and kept: every batch from the second on (strict); or on average, or in a steady state
 *       (steady);
 *   <li>when a steady state was reached that no compiler will change any more: see {@link #isFinal};
 *   <li>without a steady state after 5 million operations and 3 seconds, or 20 million operations (100 million
 *       if they allocate little);
 *   <li>after 10 seconds.
 * </ul>
 *
 * A steady state is a run of equal batches (or of a repeated pattern, if only every k-th operation allocates) three times
 * as long as all before it, but for levels that compilers left behind. So an answer is never the least that was ever seen, which would hide growth, and never an
 * average that something else on this thread could have touched.
 */
final class AllocationMeasurement {
    /** The name of the method that runs operations, to find it on recorded stacks. */
    static final String BATCH = "batch";

    private static final int OPERATIONS = 2_000;
    private static final int FEWEST_BATCHES = 25;
    private static final int FEWEST_SLOW_BATCHES = 5;
    private static final int DENSE_CHECKS = 64;
    private static final int STRICT_BATCHES = 1_000;
    private static final long SLOW_BATCH = Duration.ofMillis(100).toNanos();
    private static final long SLOW = Duration.ofSeconds(2).toNanos();
    private static final long PATIENT = Duration.ofSeconds(3).toNanos();
    private static final long LONGEST = Duration.ofSeconds(10).toNanos();
    private static final long GROWING = Duration.ofSeconds(1).toNanos();
    /** Compiled code with counters reports to the compiler's policy only every 2^20 calls, in up to two steps. */
    private static final long HOT_OPERATIONS = 5_000_000;

    private static final long BRIEF_OPERATIONS = 500_000;
    private static final long BRIEF = Duration.ofMillis(100).toNanos();
    private static final long HOT = Duration.ofSeconds(1).toNanos();
    private static final long PATIENT_OPERATIONS = 5_000_000;
    private static final long MANY_OPERATIONS = 20_000_000;
    private static final long MOST_OPERATIONS = 100_000_000;
    /** An operation that keeps what it makes must not fill the heap. */
    private static final long MOST_BYTES = 128 << 20;

    private static final int BATCHES_AFTER_COMPILATION = 10;

    private final AllocatingOperation operation;
    private final double budget;
    private final AllocationMode mode;
    private final boolean interpreted = JvmFlags.isInterpreted();
    private int operationsPerBatch;
    private long start;
    private int runStart = -1;
    private long runSince;
    private int compiledAt = -1;

    private AllocationMeasurement(AllocatingOperation operation, double budget, AllocationMode mode) {
        this.operation = operation;
        this.budget = budget;
        this.mode = mode;
    }

    /** Measures the steady state, without a budget. */
    static AllocationVerdict measure(AllocatingOperation operation) throws Throwable {
        return new AllocationMeasurement(operation, Double.NaN, AllocationMode.STEADY).run();
    }

    /** Measures until it is certain that the budget is kept, or that it is not. */
    static AllocationVerdict measure(AllocatingOperation operation, double budget, AllocationMode mode)
            throws Throwable {
        return new AllocationMeasurement(operation, budget, mode).run();
    }

    private AllocationVerdict run() throws Throwable {
        ObjectLayout layout = ObjectLayout.current();
        start = System.nanoTime();
        long before = AllocationCounter.read();
        int operations = firstBatch();
        double first = (double) (AllocationCounter.read() - before) / operations;
        this.operationsPerBatch = operations;
        AllocationSeries series = new AllocationSeries(operations);
        do {
            series.add(batch(operation, operations));
        } while (!isCheckedNow(series.size()) || !isEnough(series));
        return verdict(series, first, layout);
    }

    /** Runs 2,000 operations, or as many as a tenth of a second allows; returns how many. */
    private int firstBatch() throws Throwable {
        int done = 0;
        do {
            operation.run();
            done++;
        } while (done < OPERATIONS && System.nanoTime() - start < SLOW_BATCH);
        return done;
    }

    /**
     * Runs operations and returns what they allocated. Whoever wants to see the steady state again must run it from here:
     * only here the operation may have been compiled together with its caller.
     */
    static long batch(AllocatingOperation operation, int operations) throws Throwable {
        long before = AllocationCounter.read();
        for (int i = 0; i < operations; i++) {
            operation.run();
        }
        return AllocationCounter.read() - before;
    }

    /** Looking at the whole series gets dearer with its length, so it gets rarer. */
    private boolean isCheckedNow(int size) {
        return size < DENSE_CHECKS || size % (size / 16) == 0 || elapsed() > LONGEST;
    }

    private boolean isEnough(AllocationSeries series) {
        if (elapsed() > LONGEST) {
            return true;
        }
        if (series.size() < fewest() || (operations(series.size()) < BRIEF_OPERATIONS && elapsed() < BRIEF)) {
            return false;
        }
        if (mode == AllocationMode.STRICT) {
            return series.exceeding(budget) > 1 || series.isWithin(budget) || series.size() >= STRICT_BATCHES;
        }
        AllocationSeries.Run run = series.steady(fewest());
        if (isKept(series, run) || (run != null && (run.average() == 0 || isFinal(series, run)))) {
            return true;
        }
        long operations = operations(series.size());
        double bytes = operations * series.average(0, series.size());
        return run == null
                && !series.hasFallen(fewest())
                && (operations >= (bytes >= MOST_BYTES ? MANY_OPERATIONS : MOST_OPERATIONS)
                        || (operations >= PATIENT_OPERATIONS && elapsed() > PATIENT)
                        || (elapsed() > GROWING && series.grows()));
    }

    private boolean isKept(AllocationSeries series, AllocationSeries.@Nullable Run run) {
        double most = budget + AllocationSeries.TOLERANCE;
        return (run != null && run.average() <= most) || (series.average(0, series.size()) <= most && !series.grows());
    }

    /**
     * Whether the steady state outlived the compilers: code that runs so often has been handed to them, nothing is left
     * in their queues, and later batches are still the same. If a budget is about to fail, the margins are wider, and
     * compilers that are busy get all the time there is.
     */
    private boolean isFinal(AllocationSeries series, AllocationSeries.Run run) {
        if (interpreted) {
            return true;
        }
        if (run.start() != runStart) {
            runStart = run.start();
            runSince = System.nanoTime();
            compiledAt = -1;
        }
        long age = System.nanoTime() - runSince;
        boolean patient = age > PATIENT;
        boolean hot = operations(series.size() - runStart) >= HOT_OPERATIONS && (Double.isNaN(budget) || age > HOT);
        if (compiledAt < 0 && (hot || patient)) {
            Boolean idle = AllocationConditions.isCompilerIdle();
            boolean enough = patient && (idle == null || Double.isNaN(budget));
            compiledAt = enough || Boolean.TRUE.equals(idle) ? series.size() : -1;
        }
        return compiledAt >= 0 && (patient || series.size() - compiledAt >= BATCHES_AFTER_COMPILATION);
    }

    private long operations(int batches) {
        return (long) batches * operationsPerBatch;
    }

    private int fewest() {
        return elapsed() > SLOW ? FEWEST_SLOW_BATCHES : FEWEST_BATCHES;
    }

    private long elapsed() {
        return System.nanoTime() - start;
    }

    private AllocationVerdict verdict(AllocationSeries series, double first, ObjectLayout layout) {
        AllocationSeries.Run run = series.steady(fewest());
        int size = series.size();
        AllocationResult result = new AllocationResult(
                run == null ? series.average(size / 2, size) : run.average(),
                first,
                series.most(),
                size,
                series.operationsPerBatch(),
                run == null ? 0 : run.period(),
                run != null,
                run == null ? series.grows() : series.growsBefore(run, FEWEST_SLOW_BATCHES),
                layout);
        // Where compilers came late, no run is long enough to be called steady: then the later half speaks.
        boolean keptLately = series.average(size / 2, size) <= budget + AllocationSeries.TOLERANCE;
        boolean kept = mode == AllocationMode.STRICT
                ? series.isWithin(budget)
                : (isKept(series, run) || keptLately) && !result.grows();
        return new AllocationVerdict(result, kept);
    }
}
