package io.watertight.benchmarks;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToLongFunction;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/**
 * What a clean test pays for the leak check: two thousand empty tests with it and without it, among few and among many
 * idle threads. Prints a Markdown table; fails if the check forces a collection.
 */
final class LeakCheckCost {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final int[] IDLE_THREADS = {20, 500};

    /** Of one run of all tests. */
    private record Cost(long wallNanos, long threadCpuNanos, long processCpuNanos, long bytes) {
        static Cost now() {
            return new Cost(
                    System.nanoTime(),
                    THREADS.getCurrentThreadCpuTime(),
                    SYSTEM.getProcessCpuTime(),
                    THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()));
        }

        Cost since(Cost begin) {
            return new Cost(
                    wallNanos - begin.wallNanos,
                    threadCpuNanos - begin.threadCpuNanos,
                    processCpuNanos - begin.processCpuNanos,
                    bytes - begin.bytes);
        }
    }

    private final int rounds;
    private final Launcher launcher = LauncherFactory.create();

    LeakCheckCost(int rounds) {
        this.rounds = rounds;
    }

    public static void main(String[] args) throws Exception {
        System.out.println(new LeakCheckCost(new Arguments(args).number("rounds", 7)).table());
    }

    String table() throws IOException {
        StringBuilder table = new StringBuilder(String.format(
                Locale.ROOT,
                "%n| %,d tests, median of %d runs, each test | idle threads | thread CPU us | process CPU us | wall us"
                        + " | bytes |%n|---|---|---|---|---|---|%n",
                LeakCheckCostTests.TESTS,
                rounds));
        for (int threads : IDLE_THREADS) {
            CountDownLatch end = startIdle(threads);
            rows(table, threads, "nothing", LeakCheckCostTests.Idle.class, LeakCheckCostTests.CheckedIdle.class);
            rows(
                    table,
                    threads,
                    "one resource",
                    LeakCheckCostTests.Opening.class,
                    LeakCheckCostTests.CheckedOpening.class);
            end.countDown();
        }
        long forced = forcedCollections();
        if (forced != 0) {
            throw new IllegalStateException(forced + " collections were forced by clean tests; none may be");
        }
        return table.append("\nCollections forced by checked clean tests: 0\n").toString();
    }

    /** The two alternate, so that both see the same machine. */
    private void rows(StringBuilder table, int threads, String what, Class<?> unchecked, Class<?> checked) {
        List<Cost> without = new ArrayList<>();
        List<Cost> with = new ArrayList<>();
        run(unchecked);
        run(checked);
        for (int round = 0; round < rounds; round++) {
            without.add(run(unchecked));
            with.add(run(checked));
        }
        table.append(row(what + ", unchecked", threads, without));
        table.append(row(what + ", checked", threads, with));
    }

    private static String row(String what, int threads, List<Cost> costs) {
        return String.format(
                Locale.ROOT,
                "| %s | %d | %.1f | %.1f | %.1f | %d |%n",
                what,
                threads,
                median(costs, Cost::threadCpuNanos) / 1e3,
                median(costs, Cost::processCpuNanos) / 1e3,
                median(costs, Cost::wallNanos) / 1e3,
                median(costs, Cost::bytes));
    }

    /** The median run's figure for one test. */
    private static long median(List<Cost> costs, ToLongFunction<Cost> figure) {
        return costs.stream()
                        .map(figure::applyAsLong)
                        .sorted(Comparator.naturalOrder())
                        .toList()
                        .get(costs.size() / 2)
                / LeakCheckCostTests.TESTS;
    }

    private Cost run(Class<?> tests) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(tests))
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        Cost begin = Cost.now();
        launcher.execute(request, summary);
        Cost cost = Cost.now().since(begin);
        if (summary.getSummary().getTestsSucceededCount() != LeakCheckCostTests.TESTS) {
            throw new IllegalStateException(
                    tests.getSimpleName() + ": " + summary.getSummary().getFailures());
        }
        return cost;
    }

    private static CountDownLatch startIdle(int threads) {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> awaitEnd(end), "idle-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        return end;
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** In a run of its own, because recording costs. */
    private long forcedCollections() throws IOException {
        Path file = Files.createTempFile("collections", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.GarbageCollection");
            recording.start();
            run(LeakCheckCostTests.CheckedIdle.class);
            run(LeakCheckCostTests.CheckedOpening.class);
            recording.stop();
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals("jdk.GarbageCollection"))
                    .filter(event -> event.getString("cause").equals("System.gc()"))
                    .count();
        } finally {
            Files.delete(file);
        }
    }
}
