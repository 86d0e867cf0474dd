package io.watertight.testing;

import io.watertight.diagnostics.internal.HeapDump;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** How many heap dumps this JVM may take for its failures, of which size, and where they are kept. */
final class RetentionDumps {
    static final String DUMPS = "watertight.retention.dumps";
    static final String LIMIT = "watertight.retention.limit";
    static final String KEEP = "watertight.retention.keep";

    private static final int USUAL_LIMIT_MEGABYTES = 1024;

    /** Counts for the whole JVM: the point is to bound what a suite of failing tests costs. */
    private static final AtomicInteger TAKEN = new AtomicInteger();

    private RetentionDumps() {}

    /** Says whether a dump may be taken, and counts it. */
    static boolean tryTake() {
        return !isTooLarge() && TAKEN.getAndUpdate(taken -> Math.min(taken + 1, most())) < most();
    }

    /** Why {@link #tryTake()} said no. */
    static String whyNot() {
        return isTooLarge()
                ? "more than " + limitMegabytes() + " MB live; the system property " + LIMIT + " sets the limit"
                : "this JVM has taken " + TAKEN + " of " + most() + "; the system property " + DUMPS
                        + " allows more, and running this test alone gives it the first";
    }

    /** Keeps a dump if that is asked for; returns what to add to the message. */
    static String keep(HeapDump dump, String name) throws IOException {
        String directory = System.getProperty(KEEP);
        if (directory == null) {
            return "";
        }
        String file = "retained-" + name.replaceAll("[^\\w.]", "_") + "-" + TAKEN + ".hprof";
        Path target = Path.of(directory, file);
        dump.keep(target);
        return System.lineSeparator() + "the heap dump is " + target;
    }

    private static boolean isTooLarge() {
        long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return used >> 20 > limitMegabytes();
    }

    private static int limitMegabytes() {
        return Integer.getInteger(LIMIT, USUAL_LIMIT_MEGABYTES);
    }

    private static int most() {
        return Integer.getInteger(DUMPS, 1);
    }
}
