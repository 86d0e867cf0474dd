package io.watertight.guards;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One finding, or several of the same kind from the same site since the last report of it.
 *
 * @param type the type of the resource
 * @param evidence what this report rests on
 * @param site the label of the acquisition site
 * @param count findings this report stands for: 1, and those held back by the rate limit since the last one
 * @param total findings of this evidence at this site since the start, reported or not
 * @param bytes the sizes of those resources, as far as they were given
 * @param outstanding how many resources of this site are still open
 * @param age how long the resource had been open, to 100 ms
 * @param owner the thread that acquired or was handed the resource; null if unknown
 * @param acquiredAt the acquisition: this resource's own stack at FULL and STRICT, else one example of the site, or empty
 * @param ownerNow what the owner is doing now; empty unless the evidence is {@link Evidence#OVERDUE} and the owner lives
 * @param scope the name of the scope it was opened in; null if it was opened in none, or before any was
 * @param cause what the cleanup threw; null unless the evidence is {@link Evidence#CLOSE_FAILED}
 * @param returnedLate true if this only says that a resource reported {@link Evidence#OVERDUE} before is closed now
 */
public record LeakReport(
        String type,
        Evidence evidence,
        String site,
        long count,
        long total,
        long bytes,
        long outstanding,
        Duration age,
        @Nullable String owner,
        List<StackTraceElement> acquiredAt,
        List<StackTraceElement> ownerNow,
        @Nullable String scope,
        @Nullable Throwable cause,
        boolean returnedLate) {

    /**
     * Says everything in one line for a log.
     *
     * @return the line
     */
    public String message() {
        StringBuilder text = new StringBuilder(returnedLate ? "late return '" : "leak '")
                .append(type)
                .append("': ")
                .append(returnedLate ? "reported overdue, closed now" : evidence.sentence())
                .append(" (evidence=")
                .append(evidence)
                .append(", age=")
                .append(Durations.text(age))
                .append(bytes == 0 ? "" : ", bytes=" + bytes)
                .append(", found at this site=")
                .append(total)
                .append(", still open=")
                .append(outstanding)
                .append(')');
        if (count > 1) {
            text.append(" +").append(count - 1).append(" more");
        }
        if (scope != null) {
            text.append("; scope '").append(scope).append('\'');
        }
        if (cause != null) {
            text.append("; ").append(cause);
        }
        text.append("; acquired at ").append(where());
        if (owner != null) {
            text.append(" by '").append(owner).append('\'');
        }
        if (!ownerNow.isEmpty()) {
            text.append(", now at ").append(StackCapture.label(ownerNow));
        }
        return text.append(nextStep()).toString();
    }

    /** The line, and the site's token where it has one. */
    private String where() {
        if (acquiredAt.isEmpty()) {
            return site;
        }
        String line = StackCapture.label(acquiredAt);
        return site.equals(line) || site.equals(LeakDetector.COMMON_LABEL) ? line : line + ", site '" + site + "',";
    }

    @Override
    public String toString() {
        return "LeakReport[" + message() + "]";
    }

    private String nextStep() {
        if (returnedLate) {
            return "";
        }
        if (acquiredAt.isEmpty() && site.equals(LeakDetector.COMMON_LABEL)) {
            return "; open from a Site, or raise the level of this type to FULL, to see the line";
        }
        return evidence == Evidence.GC_PROVEN ? "; close it there, in a try-with-resources statement" : "";
    }
}
