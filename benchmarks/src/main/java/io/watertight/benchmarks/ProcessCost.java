package io.watertight.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports what a fork cost the machine: the CPU time of the whole process for each operation, the collector's threads
 * included, and its peak memory, heap and, where the system tells, resident. CPU time hardly changes when others use the
 * machine too; wall time does. On the command line: {@code -prof io.watertight.benchmarks.ProcessCost}.
 */
public final class ProcessCost implements InternalProfiler {
    static final String CPU = "cpu.norm";
    static final String HEAP = "peak.heap";
    static final String RESIDENT = "peak.resident";

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MEGABYTE = 1 << 20;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long cpuBefore;

    @Override
    public String getDescription() {
        return "CPU time for each operation and peak memory of the fork";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        cpuBefore = system.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double cpu = system.getProcessCpuTime() - cpuBefore;
        List<Result<?>> results = new ArrayList<>();
        results.add(new ScalarResult(CPU, cpu / result.getMetadata().getAllOps(), "ns/op", AggregationPolicy.AVG));
        results.add(new ScalarResult(HEAP, peakHeap() / MEGABYTE, "MB", AggregationPolicy.MAX));
        double resident = peakResident() / MEGABYTE;
        if (resident > 0) {
            results.add(new ScalarResult(RESIDENT, resident, "MB", AggregationPolicy.MAX));
        }
        return results;
    }

    /** The sum of the peaks of the heap's pools: an upper bound, because they need not peak together. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static long peakResident() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
