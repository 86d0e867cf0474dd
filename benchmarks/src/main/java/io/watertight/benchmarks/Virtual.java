package io.watertight.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Virtual threads, which Java 17, for which this is compiled, does not have. */
final class Virtual {
    private static final int SINCE = 21;

    private Virtual() {}

    static boolean isAvailable() {
        return Runtime.version().feature() >= SINCE;
    }

    static ThreadFactory threads() throws ReflectiveOperationException {
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (ThreadFactory)
                Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }

    /** An executor that starts a virtual thread for each task. */
    static ExecutorService executor() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
