package io.watertight.testing;

/**
 * A measurement beside its baseline.
 *
 * @param name what was measured
 * @param layout the key of the layout of objects it was measured with, see {@link ObjectLayout#key}
 * @param baseline bytes per operation according to the baseline; NaN if it has no such entry
 * @param now bytes per operation as measured
 * @param verdict what follows
 */
public record AllocationDifference(String name, String layout, double baseline, double now, Verdict verdict) {
    /** What follows from a comparison. */
    public enum Verdict {
        /** Equal within the tolerance. */
        SAME,
        /** Allocates less than the baseline says; passes, and the baseline should be written anew. */
        LESS,
        /** Allocates more than the baseline says; fails. */
        MORE,
        /** The baseline does not know this name with this layout; fails. */
        MISSING
    }

    static AllocationDifference of(BaselineEntry.Key key, BaselineText text, double now) {
        BaselineEntry entry = text.get(key);
        if (entry == null) {
            return new AllocationDifference(key.name(), key.layout(), Double.NaN, now, Verdict.MISSING);
        }
        Verdict verdict = now > entry.bytes() + entry.tolerance()
                ? Verdict.MORE
                : now < entry.bytes() - entry.tolerance() ? Verdict.LESS : Verdict.SAME;
        return new AllocationDifference(key.name(), key.layout(), entry.bytes(), now, verdict);
    }

    boolean fails() {
        return verdict == Verdict.MORE || verdict == Verdict.MISSING;
    }

    String baselineText() {
        return Double.isNaN(baseline) ? "-" : AllocationResult.number(baseline);
    }

    String change() {
        return Double.isNaN(baseline) ? "-" : (now > baseline ? "+" : "") + AllocationResult.number(now - baseline);
    }
}
