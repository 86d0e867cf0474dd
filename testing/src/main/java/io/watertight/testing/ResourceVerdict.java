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
        Watertight.pump();
        if (!left(scope).isEmpty()) {
            grace.awaitAndCollect(() -> left(scope).isEmpty());
            Watertight.pump(); // what the collector took meanwhile is a finding only now
        }
        return Stream.concat(scope.findings().stream(), left(scope).stream())
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
