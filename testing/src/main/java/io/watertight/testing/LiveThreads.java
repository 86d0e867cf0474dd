package io.watertight.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.stream.Stream;

/** The platform threads of this JVM, without asking for a single stack. */
final class LiveThreads {
    private static final String CARRIERS = "CarrierThreads";
    private static final Set<String> GROUPS_OF_THE_JVM = Set.of("system", "InnocuousThreadGroup", CARRIERS);
    /** Threads that live as long as the program by design, and are started by whoever comes first. */
    private static final List<String> NOBODYS = List.of(
            "ForkJoinPool.commonPool-worker-",
            "ForkJoinPool.commonPool-delayScheduler",
            "CompletableFutureDelayScheduler",
            "watertight-",
            "junit-",
            "surefire-",
            "JFR ",
            "process reaper",
            "Keep-Alive-Timer",
            "Attach Listener",
            "JNA Cleaner",
            "RMI ",
            "GC Daemon",
            "AWT-",
            "Java2D Disposer",
            "globalEventExecutor-",
            "Okio Watchdog",
            "OkHttp TaskRunner",
            "mysql-cj-abandoned-connection-cleanup",
            "PostgreSQL-JDBC-Cleaner",
            "kotlinx.coroutines.DefaultExecutor",
            "DefaultDispatcher-worker-",
            "testcontainers-",
            "Log4j2-");

    private LiveThreads() {}

    /** All live platform threads, by identity. */
    static Set<Thread> now() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[root.activeCount() + 32];
        int count = root.enumerate(threads, true);
        while (count == threads.length) {
            threads = new Thread[threads.length * 2];
            count = root.enumerate(threads, true);
        }
        Set<Thread> live = Collections.newSetFromMap(new IdentityHashMap<>(count));
        live.addAll(Arrays.asList(threads).subList(0, count));
        return live;
    }

    /**
     * A number that no thread made before this call exceeds, and every thread made after it does: ids are given out in
     * order, so that ids say what happened between two calls, without a clock.
     */
    static long newestId() {
        return new Thread(null, null, "watertight-id", 0, false).getId();
    }

    /** Those of the live threads that were made between two ids and may be somebody's leak. */
    static List<Thread> between(long after, long upTo, List<String> ignored) {
        List<Thread> found = new ArrayList<>();
        for (Thread thread : now()) {
            if (thread.getId() > after && thread.getId() <= upTo && !isNobodys(thread, ignored)) {
                found.add(thread);
            }
        }
        return found;
    }

    static boolean isNobodys(Thread thread, List<String> ignored) {
        ThreadGroup group = thread.getThreadGroup();
        String name = thread.getName();
        return group == null // it has ended
                || GROUPS_OF_THE_JVM.contains(group.getName())
                || thread.getClass().getName().startsWith("org.junit.")
                || Stream.concat(NOBODYS.stream(), ignored.stream()).anyMatch(name::startsWith);
    }

    /** Whether virtual threads were ever run. */
    static boolean areThereCarriers() {
        return now().stream().anyMatch(thread -> {
            ThreadGroup group = thread.getThreadGroup();
            return group != null && group.getName().equals(CARRIERS);
        });
    }

    /** Whether a thread belongs to an object that has no close on old JDKs: it ends when that object is collected. */
    static boolean endsWhenCollected(Thread thread) {
        return thread.getName().startsWith("HttpClient-");
    }

    static boolean isOfTimer(Thread thread) {
        return thread.getClass().getName().equals("java.util.TimerThread");
    }

    /** Whether a stack is that of a worker of a pool: it may outlive the test that happened to make the pool grow. */
    static boolean isPoolWorker(Thread thread, List<StackTraceElement> stack) {
        return thread instanceof ForkJoinWorkerThread
                || stack.stream()
                        .anyMatch(frame -> frame.getClassName().startsWith("java.util.concurrent.ThreadPoolExecutor")
                                && (frame.getMethodName().equals("getTask")
                                        || frame.getMethodName().equals("runWorker")));
    }
}
