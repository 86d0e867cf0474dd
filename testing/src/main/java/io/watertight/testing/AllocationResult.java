package io.watertight.testing;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What one operation allocates.
 *
 * @param bytesPerOperation bytes per operation in the steady state; if there is none ({@code settled} is false), the
 *     average over the second half of the batches, so that no allocation is hidden
 * @param firstBatch bytes per operation in the first batch, in which classes are loaded and code is linked
 * @param most bytes per operation in the batch, after the first, that allocated most
 * @param batches how many batches were measured, without the first
 * @param operationsPerBatch how many operations a batch has: 2,000, or fewer if they are slow
 * @param patternBatches after how many batches the amounts repeat: 1 if all batches of the steady state are equal, more
 *     if only every k-th operation allocates, 0 if there is no steady state
 * @param settled whether a steady state was reached; only then {@code bytesPerOperation} is exact
 * @param grows whether later operations allocate more than earlier ones did
 * @param layout how this JVM lays out objects
 */
public record AllocationResult(
        double bytesPerOperation,
        double firstBatch,
        double most,
        int batches,
        int operationsPerBatch,
        int patternBatches,
        boolean settled,
        boolean grows,
        ObjectLayout layout) {

    /**
     * Returns how many operations were measured, without those of the first batch.
     *
     * @return the number
     */
    public long operations() {
        return (long) batches * operationsPerBatch;
    }

    /**
     * Says everything in one line.
     *
     * @return the line
     */
    public String message() {
        return number(bytesPerOperation) + " B per operation (first batch=" + number(firstBatch) + ", most="
                + number(most) + ", batches=" + batches + " x " + operationsPerBatch + ", layout=" + layout.key() + ")"
                + (patternBatches > 1 ? "; uneven: only some operations allocate" : "")
                + (settled ? "" : "; not settled: the amount keeps changing, this is the average of the second half")
                + (grows ? "; it grows: later operations allocate more than earlier ones" : "");
    }

    /** A number of bytes, exact to the byte where it is whole and to four digits behind the point where it is not. */
    static String number(double bytes) {
        BigDecimal rounded =
                BigDecimal.valueOf(bytes).setScale(4, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0).toPlainString() : rounded.toPlainString();
    }
}
