package io.watertight.testing;

import io.watertight.guards.LeakReport;
import java.util.List;

/**
 * One thing that was left behind.
 *
 * @param type what {@link AllowLeaks} and {@link ExpectLeak} call it
 * @param text the whole story in one line
 * @param acquiredAt the stack that acquired or started it; empty if unknown
 * @param marks what a part given to {@code at} is looked for in
 */
record FoundLeak(String type, String text, List<StackTraceElement> acquiredAt, String marks) {
    static final String THREAD = "thread";
    static final String EXECUTOR = "executor";
    static final String VIRTUAL_THREAD = "virtual thread";

    static FoundLeak of(LeakReport report, TestPlace test) {
        List<StackTraceElement> stack = Frames.ofUser(report.acquiredAt());
        String line = Frames.line(stack, test);
        String text = "'" + report.type() + "' "
                + switch (report.evidence()) {
                    case GC_PROVEN -> "was dropped without close: nobody can close it any more";
                    case CLOSE_FAILED -> "could not be closed: " + report.cause();
                    default -> "is still open";
                }
                + "; acquired at " + (stack.isEmpty() ? report.site() : line)
                + (report.owner() == null ? "" : " by '" + report.owner() + "'")
                + (report.bytes() == 0 ? "" : ", " + report.bytes() + " bytes");
        return new FoundLeak(report.type(), text, stack, report.site() + " " + line);
    }

    /** The same leaks, each naming the test it is of. */
    static List<FoundLeak> of(CheckedScope test, List<FoundLeak> leaks) {
        return leaks.stream()
                .map(leak -> new FoundLeak(leak.type, test.name() + ": " + leak.text, leak.acquiredAt, leak.marks))
                .toList();
    }

    boolean is(String wantedType, String part) {
        boolean executor = wantedType.equals(EXECUTOR) && type.startsWith("java.util.concurrent.");
        return (wantedType.equals("*") || wantedType.equals(type) || executor) && marks.contains(part);
    }
}
