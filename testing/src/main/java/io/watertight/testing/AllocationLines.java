package io.watertight.testing;

import java.time.Duration;
import java.util.List;

/** Which lines of an operation allocate most, for a failure message; says why not where that cannot be found out. */
final class AllocationLines {
    private static final Duration LONGEST = Duration.ofMillis(500);
    private static final int LINES = 3;

    private AllocationLines() {}

    static String describe(AllocatingOperation operation, AllocationResult result) {
        if (!isRecorderPresent()) {
            return "; allocating lines are unknown: this Java has no module jdk.jfr";
        }
        List<String> lines;
        try {
            lines = AllocationSampler.lines(operation, result, LONGEST, LINES);
        } catch (Throwable failure) { // of the operation or of the recorder: the budget is what matters
            return "; allocating lines are unknown: " + failure;
        }
        return lines.isEmpty()
                ? "; allocating lines are unknown: too few allocations to sample, or compiled away by now; Allocations.count lists them all"
                : "; allocated at\n  " + String.join("\n  ", lines);
    }

    private static boolean isRecorderPresent() {
        return ModuleLayer.boot().findModule("jdk.jfr").isPresent();
    }
}
