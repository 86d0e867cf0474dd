package io.watertight.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.watertight.benchmarks.Contest.Figure;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Measures one contender in a JVM of its own that {@link ContestTable} starts: for each order, a number of milliseconds,
 * it runs for that long and prints one line.
 */
final class ContestCell {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
    private static final Method ALLOCATED_BY_ALL = allocatedByAll();

    private ContestCell() {}

    public static void main(String[] args) throws Exception {
        try (Contender contender = ContestTable.contest(args[0]).make(args[1]);
                BufferedReader orders =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                Map<Figure, Double> figures = measure(contender, TimeUnit.MILLISECONDS.toNanos(Long.parseLong(order)));
                System.out.println(Fork.PREFIX
                        + figures.entrySet().stream()
                                .map(figure ->
                                        String.format(Locale.ROOT, "%s=%.3f", figure.getKey(), figure.getValue()))
                                .collect(Collectors.joining(" ")));
            }
        } catch (Throwable failure) {
            failure.printStackTrace();
            System.exit(1); // a thread that hangs must not keep the JVM
        }
        System.exit(0);
    }

    /** Runs the contender for about so long; each figure is for one operation. */
    static Map<Figure, Double> measure(Contender contender, long nanos) throws Exception {
        long operations = 0;
        long bytesBefore = allocated();
        long callerBytesBefore =
                THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
        long processBefore = SYSTEM.getProcessCpuTime();
        long callerBefore = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        do {
            int done = contender.run();
            if (done != contender.operations()) {
                throw new IllegalStateException(
                        "only " + done + " of " + contender.operations() + " operations did what they should");
            }
            operations += done;
        } while (System.nanoTime() - start < nanos);
        double all = operations;
        double own = all / contender.callers();
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.WALL, (System.nanoTime() - start) / own);
        figures.put(Figure.CALLER, (THREADS.getCurrentThreadCpuTime() - callerBefore) / own);
        figures.put(Figure.PROCESS, (SYSTEM.getProcessCpuTime() - processBefore) / all);
        figures.put(
                Figure.CALLER_BYTES,
                (THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - callerBytesBefore) / own);
        figures.put(Figure.BYTES, ALLOCATED_BY_ALL == null ? Double.NaN : (allocated() - bytesBefore) / all);
        return figures;
    }

    /** Also of threads that have ended, which only 21 and newer tell. */
    private static long allocated() throws ReflectiveOperationException {
        return ALLOCATED_BY_ALL == null ? 0 : (long) ALLOCATED_BY_ALL.invoke(THREADS);
    }

    private static @org.jspecify.annotations.Nullable Method allocatedByAll() {
        try {
            return ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
        } catch (NoSuchMethodException older) {
            return null;
        }
    }
}
