package io.watertight.examples;

import io.watertight.guards.LeakReport;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the library said of one leak: a {@link LeakReport}, an exception with which it refused a leak in the making, or what
 * it told the listener of a map that grows.
 *
 * @param evidence the name of the report's evidence, {@link #REFUSED}, {@link #GROWING} or {@link #FAILED_TEST}
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
    static final String GROWING = "GROWING";
    static final String FAILED_TEST = "FAILED_TEST";
    private static final int MOST_LINES = 3;

    static Finding of(LeakReport report) {
        Line line = report.acquiredAt().stream().findFirst().map(Line::of).orElseGet(() -> Line.of(report.site()));
        return new Finding(
                report.evidence().name(),
                report.type(),
                line,
                report.total(),
                report.bytes(),
                report.outstanding(),
                report.ownerNow(),
                report.message());
    }

    /** The library threw, instead of letting the leak happen or in a test that leaked; or it told a listener. */
    static Finding of(String evidence, String type, long count, String message, @Nullable Line line) {
        return new Finding(evidence, type, line, count, 0, 0, List.of(), message);
    }

    /** The holder's innermost frame in the code of a ward; null if there is none. */
    @Nullable
    Line holderLine() {
        return holderNow.stream()
                .filter(frame -> frame.getClassName().endsWith("Ward"))
                .findFirst()
                .map(Line::of)
                .orElse(null);
    }

    /** What a reader needs: a list of twenty holders is told by its first. */
    private String firstWords() {
        long more = words.lines().count() - MOST_LINES;
        String first = words.lines().limit(MOST_LINES).collect(Collectors.joining("\n"));
        return more > 0 ? first + "\nand " + more + " more" : first;
    }

    @Override
    public String toString() {
        if (evidence.equals(FAILED_TEST)) {
            return evidence + " at " + line + ": " + words;
        }
        StringBuilder text = new StringBuilder()
                .append(evidence)
                .append(" at ")
                .append(line == null ? "an unknown line" : line)
                .append(": type '")
                .append(type)
                .append("', count ")
                .append(count);
        if (evidence.equals(REFUSED) || evidence.equals(GROWING)) {
            return text.append("; ").append(firstWords()).toString();
        }
        text.append(", bytes ").append(bytes).append(", still open there ").append(open);
        Line holder = holderLine();
        if (holder != null) {
            String deepest = holderNow.get(0).getMethodName();
            text.append("; its holder is now at ")
                    .append(holder)
                    .append(", in ")
                    .append(deepest);
        }
        return text.toString();
    }
}
