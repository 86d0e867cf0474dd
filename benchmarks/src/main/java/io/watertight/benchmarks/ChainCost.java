package io.watertight.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.watertight.testing.Retention;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What it takes to say who holds an object: the failure of a retention check in a heap of so many megabytes (50 by default),
 * collections and heap dump included. Run it with a heap limit (-Xmx) to see what it needs beside that.
 */
final class ChainCost {
    private static final int BYTES_PER_ENTRY = 140;
    private static final Map<String, Object> ORDERS = new HashMap<>();

    private ChainCost() {}

    /** Takes the size of the heap in megabytes. */
    public static void main(String[] args) throws Exception {
        int megabytes = args.length == 0 ? 50 : Integer.parseInt(args[0]);
        System.setProperty("watertight.retention.dumps", "10");
        for (int i = 0; i < (megabytes << 20) / BYTES_PER_ENTRY; i++) {
            ORDERS.put("order " + i, new int[] {i});
        }
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT,
                "%d MB live, heap limited to %d MB%n",
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                runtime.maxMemory() >> 20);
        for (int round = 0; round < 4; round++) {
            long wall = System.nanoTime();
            long cpu = cpu();
            String chain = chain();
            System.out.printf(
                    Locale.ROOT,
                    "%.2f s (%.2f s of CPU)%s%n",
                    (System.nanoTime() - wall) / 1e9,
                    (cpu() - cpu) / 1e9,
                    round == 0 ? System.lineSeparator() + chain : "");
        }
    }

    private static String chain() throws Exception {
        try {
            Retention.assertCollectable(() -> ORDERS.get("order 4711"));
            throw new IllegalStateException("it was collected");
        } catch (AssertionError held) {
            return String.valueOf(held.getMessage());
        }
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
