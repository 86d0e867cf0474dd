package io.watertight.testing;

import io.watertight.diagnostics.internal.HeapDump;
import io.watertight.diagnostics.internal.HeapGraph;
import io.watertight.diagnostics.internal.ReferenceChain;
import io.watertight.testing.GrowthReport.Growth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds out who holds the instances of a class that grows: of all the ways they are held, the one taken as often as there are leaks. */
final class GrowthChain {
    /** More instances are sampled: their chains fall into few groups. */
    private static final int MOST_CHAINS = 1_000;

    private GrowthChain() {}

    static String of(GrowthReport report, int warmUp) {
        if (!RetentionDumps.tryTake()) {
            return "no heap dump was taken to find out who holds them: " + RetentionDumps.whyNot();
        }
        Growth growth = report.growing().get(0);
        long expected = growth.growth() * (report.rounds() + warmUp) / report.rounds();
        try (HeapDump dump = HeapDump.take(List.of())) {
            String chain = mostLikely(dump.graph(), growth.className(), expected);
            return chain + RetentionDumps.keep(dump, growth.className());
        } catch (IOException | UnsupportedOperationException noDump) {
            return "who holds them is unknown: " + noDump.getMessage();
        }
    }

    private static String mostLikely(HeapGraph graph, String className, long expected) throws IOException {
        int[] instances = graph.instancesOf(className);
        int step = Math.max(1, instances.length / MOST_CHAINS);
        List<Integer> sampled = new ArrayList<>();
        for (int i = 0; i < instances.length; i += step) {
            sampled.add(instances[i]);
        }
        Map<String, List<ReferenceChain>> shapes = new HashMap<>();
        for (ReferenceChain chain :
                graph.chains(sampled.stream().mapToInt(Integer::intValue).toArray())) {
            if (chain != null) {
                shapes.computeIfAbsent(chain.shape(), shape -> new ArrayList<>())
                        .add(chain);
            }
        }
        List<ReferenceChain> best = List.of();
        double bestDistance = Double.MAX_VALUE;
        for (List<ReferenceChain> chains : shapes.values()) {
            double distance = Math.abs(Math.log((double) chains.size() * step / expected));
            if (distance < bestDistance) {
                best = chains;
                bestDistance = distance;
            }
        }
        return best.isEmpty()
                ? "the heap dump shows nobody who holds instances of " + className
                : (long) best.size() * step + " of " + instances.length + " instances of " + className
                        + (step == 1 ? "" : " (from a sample)") + " are held like this one:" + System.lineSeparator()
                        + "  " + best.get(best.size() - 1);
    }
}
