package io.watertight.testing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each batch allocated, in order, and what follows from that. The very first batch, in which code is linked for the
 * first time, is not part of it.
 */
final class AllocationSeries {
    /** Two amounts per operation that differ by less are the same: a recorder's noise, spread over many operations. */
    static final double TOLERANCE = 0.01;

    private static final int LONGEST_PERIOD = 128;
    private static final int FEWEST_REPETITIONS = 3;
    /** A run must be so much longer than all before it: what grows by doubling would have grown again in that time. */
    private static final int PATIENCE = 3;

    private static final int STEPS = 4;
    /** While code is replaced, so many batches may be mixed. */
    private static final int LONGEST_STEP = 8;

    private static final double STANDARD_ERRORS = 5;

    private final int operations;
    private long[] bytes = new long[256];
    private int size;

    AllocationSeries(int operationsPerBatch) {
        operations = operationsPerBatch;
    }

    /**
     * The batches at the end that repeat one pattern.
     *
     * @param start index of the first of them
     * @param period length of the pattern, in batches: 1 if all are equal
     * @param average bytes per operation, exact over whole patterns
     */
    record Run(int start, int period, double average) {}

    void add(long batch) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = batch;
    }

    int size() {
        return size;
    }

    int operationsPerBatch() {
        return operations;
    }

    double last() {
        return average(size - 1, size);
    }

    /** Bytes per operation over a range of batches. */
    double average(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += bytes[i];
        }
        return (double) sum / ((double) operations * (to - from));
    }

    double most() {
        return (double) Arrays.stream(bytes, 0, size).max().orElse(0) / operations;
    }

    /**
     * The steady state: a pattern repeated at the end, for at least so many batches and for much longer than all that
     * came before. Null if there is none.
     */
    @Nullable
    Run steady(int fewest) {
        for (int period = 1; period <= LONGEST_PERIOD && FEWEST_REPETITIONS * period <= size; period++) {
            int start = runStart(size, period);
            int length = size - start;
            double average = average(size - period, size);
            if (length >= Math.max(fewest, FEWEST_REPETITIONS * period) && length >= required(start, average, fewest)) {
                return new Run(start, period, average);
            }
        }
        return null;
    }

    /** Whether the last batches equal each other and allocate less than those before did: the compiler's work. */
    boolean hasFallen(int fewest) {
        int start = size == 0 ? 0 : runStart(size, 1);
        return size - start >= fewest && plateauEnd(start, last(), fewest) > 0;
    }

    /** The first of the batches before {@code end} that repeat a pattern. */
    private int runStart(int end, int period) {
        int start = end - period;
        while (start > 0 && bytes[start - 1] == bytes[start - 1 + period]) {
            start--;
        }
        return start;
    }

    /**
     * How long a run must be, given what came before it. Levels that were steady themselves, and higher, are steps that
     * compilers made, so they count less.
     */
    private int required(int start, double average, int fewest) {
        int steps = 0;
        int unexplained = 0;
        int from = start;
        int end = plateauEnd(from, average, fewest);
        while (end > 0) {
            int plateau = runStart(end, 1);
            unexplained += from - end;
            steps += end - plateau;
            from = plateau;
            end = plateauEnd(from, average, fewest);
        }
        return PATIENCE * (from + unexplained) + steps / STEPS;
    }

    /** Where a level ended that was higher and led to the batch {@code start}; 0 if there was none. */
    private int plateauEnd(int start, double average, int fewest) {
        for (int end = start; end > Math.max(0, start - LONGEST_STEP); end--) {
            if (end - runStart(end, 1) >= fewest) {
                return average(end - 1, end) > average + TOLERANCE ? end : 0;
            }
        }
        return 0;
    }

    /** Whether operations allocated less before the steady state, for some time, than they do in it. */
    boolean growsBefore(Run run, int fewest) {
        int window = Math.max(fewest, run.period);
        for (int from = 0; from + window <= run.start; from++) {
            if (average(from, from + window) < run.average - TOLERANCE) {
                return true;
            }
        }
        return false;
    }

    /** Whether the last third allocated more than an earlier third, by more than the unevenness of both explains. */
    boolean grows() {
        int third = size / 3;
        if (third < 3) {
            return false;
        }
        double last = average(size - third, size);
        double lastError = squaredError(size - third, size);
        for (int from = 0; from <= third; from += third) {
            double margin = STANDARD_ERRORS * Math.sqrt(lastError + squaredError(from, from + third));
            if (last > average(from, from + third) + TOLERANCE + margin) {
                return true;
            }
        }
        return false;
    }

    private double squaredError(int from, int to) {
        double mean = average(from, to);
        double squares = 0;
        for (int i = from; i < to; i++) {
            double difference = (double) bytes[i] / operations - mean;
            squares += difference * difference;
        }
        int count = to - from;
        return squares / count / (count - 1);
    }

    /**
     * Whether every batch is within a budget. One that is not is forgiven if no other follows it for three times as many
     * batches as came before: a recorder or a debugger's doing, or something done once.
     */
    boolean isWithin(double budget) {
        int exceeding = exceeding(budget);
        return exceeding == 0
                || (exceeding == 1 && size - 1 - lastExceeding(budget) >= PATIENCE * (lastExceeding(budget) + 1));
    }

    int exceeding(double budget) {
        return (int) Arrays.stream(bytes, 0, size)
                .filter(batch -> isAbove(batch, budget))
                .count();
    }

    private int lastExceeding(double budget) {
        int index = size - 1;
        while (!isAbove(bytes[index], budget)) {
            index--;
        }
        return index;
    }

    private boolean isAbove(long batch, double budget) {
        return (double) batch / operations > budget + TOLERANCE;
    }
}
