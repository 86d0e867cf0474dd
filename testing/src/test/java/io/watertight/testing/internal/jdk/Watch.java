package io.watertight.testing.internal.jdk;

import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.LeakScope;
import io.watertight.guards.Lease;
import io.watertight.guards.Outstanding;
import io.watertight.guards.Watertight;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Runs a piece of a test in a scope of its own, with the JDK's resources watched in it, and says what it left open. */
final class Watch {
    /** Threads of these tests do not inherit: whoever opens on another thread is in scope while any piece runs. */
    private static volatile boolean inScope;

    private Watch() {}

    /** A piece of a test. */
    interface Body {
        void run() throws Exception;
    }

    /** What a piece of a test left behind. */
    record Left(Outstanding open, List<LeakReport> reports) {
        /** Types and counts. */
        List<String> types() {
            return open.entries().stream()
                    .map(entry -> (entry.count() == 1 ? "" : entry.count() + " x ") + entry.type())
                    .sorted()
                    .toList();
        }

        /** Where it was opened, as the site says. */
        List<String> sites() {
            return open.entries().stream().map(Outstanding.Entry::site).toList();
        }
    }

    static JdkResources install() {
        return JdkResources.install(() -> inScope);
    }

    static boolean isInScope() {
        return inScope;
    }

    static Left over(Body body) throws Exception {
        List<LeakReport> reports = new CopyOnWriteArrayList<>();
        Outstanding open;
        Watertight.pump(); // what others left is found now, and reported before this listens
        Lease<LeakListener> listening = Watertight.onLeak(reports::add);
        try {
            try (LeakScope scope = Watertight.scope("watch")) {
                inScope = true;
                try {
                    body.run();
                } finally {
                    inScope = false;
                }
                open = scope.outstanding();
            }
            Watertight.pump();
        } finally {
            listening.close();
        }
        return new Left(open, List.copyOf(reports));
    }
}
