package io.watertight.examples;

import io.watertight.guards.LeakReport;
import io.watertight.guards.Site;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the library said of one leak: a {@link LeakReport}, or an exception with which it refused a leak in the making.
 *
 * @param evidence the name of the report's evidence, or {@link #REFUSED}
 * @param type the type of the resource
 * @param line where the resource was acquired; null if the library did not say
 * @param count resources that this finding stands for
 * @param bytes their size, as far as it was given
 * @param open how many resources of that line are still open
 * @param holderNow what the holder is doing now; empty if unknown
 * @param words the report as the library words it
 */
record Finding(
        String evidence,
        String type,
        @Nullable Line line,
        long count,
        long bytes,
        long open,
        List<StackTraceElement> holderNow,
        String words) {
    static final String REFUSED = "REFUSED";

    static Finding of(LeakReport report) {
        return of(report, report.acquiredAt().stream().findFirst().map(Line::of).orElse(null));
    }

    /** A report whose site was named after the line. */
    static Finding of(LeakReport report, @Nullable Line line) {
        return new Finding(
                report.evidence().name(),
                report.type(),
                line,
                report.count(),
                report.bytes(),
                report.outstanding(),
                report.ownerNow(),
                report.message());
    }

    /** The library threw: the line is the first one outside the library. */
    static Finding refusal(String type, long count, RuntimeException refused) {
        Line line = Stream.of(refused.getStackTrace())
                .filter(frame -> !frame.getClassName().startsWith(Site.class.getPackageName()))
                .findFirst()
                .map(Line::of)
                .orElse(null);
        return new Finding(REFUSED, type, line, count, 0, 0, List.of(), String.valueOf(refused.getMessage()));
    }

    /** The holder's innermost frame in the code of this clinic; null if there is none. */
    @Nullable
    Line holderLine() {
        return holderNow.stream()
                .filter(frame -> frame.getClassName().startsWith(Clinic.class.getPackageName()))
                .findFirst()
                .map(Line::of)
                .orElse(null);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder()
                .append(evidence)
                .append(" at ")
                .append(line == null ? "an unknown line" : line)
                .append(": type '")
                .append(type)
                .append("', count ")
                .append(count)
                .append(", bytes ")
                .append(bytes)
                .append(", open at this line ")
                .append(open);
        if (!holderNow.isEmpty()) {
            StackTraceElement top = holderNow.get(0);
            text.append("; holder now at ")
                    .append(holderLine())
                    .append(", inside ")
                    .append(top.getMethodName());
        }
        return text.toString();
    }
}
