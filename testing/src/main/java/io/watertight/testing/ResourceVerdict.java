package io.watertight.testing;

import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.Watertight;
import java.util.List;
import java.util.stream.Stream;

/** Looks for tracked resources that a scope left open or dropped. */
final class ResourceVerdict {
    private ResourceVerdict() {}

    /** What the scope left; waits for what may still be closed. */
    static List<FoundLeak> on(LeakScope scope, TestPlace test, GraceTime grace) {
        if (!scope.isUsed()) {
            return List.of();
        }
        if (!left(scope).isEmpty()) {
            grace.awaitAndCollect(() -> left(scope).isEmpty());
        }
        List<LeakReport> open;
        do {
            open = left(scope);
            Watertight.pump(); // what the collector took before this is a finding after it, and never in neither list
        } while (!open.isEmpty() && left(scope).size() != open.size()); // nor in both
        return Stream.concat(scope.findings().stream(), open.stream())
                .map(report -> FoundLeak.of(report, test))
                .toList();
    }

    /** What is open, but for what a static initializer opened: that is meant to live as long as its class. */
    private static List<LeakReport> left(LeakScope scope) {
        return scope.stillOpen().stream()
                .filter(report -> !Frames.isStaticInitializer(report.acquiredAt()))
                .toList();
    }
}
