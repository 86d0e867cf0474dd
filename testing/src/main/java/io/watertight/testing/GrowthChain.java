package io.watertight.testing;

import io.watertight.diagnostics.internal.HeapDump;
import io.watertight.diagnostics.internal.HeapGraph;
import io.watertight.diagnostics.internal.HolderGroup;
import io.watertight.diagnostics.internal.ReferenceChain;
import io.watertight.testing.GrowthReport.Growth;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who holds the instances that a round leaves behind: of all ways they are held, the one that is taken so many
 * times more often after it.
 */
final class GrowthChain {
    private GrowthChain() {}

    static String of(Growth growth, long rounds, GrowthCheck.Scenario round) {
        String className = growth.className();
        if (!RetentionDumps.tryTake()) {
            return "no heap dump was taken to find out who holds them: " + RetentionDumps.whyNot();
        }
        // both dumps are read at the end: what reading leaves in memory would be found to grow
        try (HeapDump before = HeapDump.take(List.of())) {
            round.run();
            try (HeapDump after = HeapDump.take(List.of())) {
                return describe(after.graph(), className, counts(before, className), growth.growth() / rounds)
                        + RetentionDumps.keep(after, className);
            }
        } catch (IOException | UnsupportedOperationException noDump) {
            return "who holds them is unknown: " + noDump.getMessage();
        } catch (Exception ofScenario) {
            return "who holds them is unknown, one more round failed: " + ofScenario;
        }
    }

    private static Map<String, Integer> counts(HeapDump dump, String className) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (HolderGroup group : dump.graph().holders(className)) {
            counts.put(group.way(), group.objects().size());
        }
        return counts;
    }

    private static String describe(HeapGraph graph, String className, Map<String, Integer> before, long expected)
            throws IOException {
        HolderGroup likely = likely(graph.holders(className), before, expected);
        if (likely == null) {
            return "after one more round no more instances of " + className + " were held in any one way";
        }
        int last = likely.objects().get(likely.objects().size() - 1);
        ReferenceChain chain = graph.chains(last).get(0);
        return more(likely, before) + " more instances of " + className + " after one more round, and "
                + likely.objects().size() + " in all, are held like this one:" + System.lineSeparator() + "  " + chain;
    }

    /**
     * Chooses the way whose growth is nearest to the expected one. What has grown in every round was there before the last
     * one: a way that was not is mostly another way's objects, now reached by a chain of the same length, and is taken only
     * if there is no other.
     */
    static @Nullable HolderGroup likely(List<HolderGroup> after, Map<String, Integer> before, long expected) {
        return after.stream()
                .filter(group -> more(group, before) > 0)
                .min(Comparator.comparing((HolderGroup group) -> wasNotThere(group, before))
                        .thenComparing(group -> Math.abs(more(group, before) - expected)))
                .orElse(null);
    }

    private static boolean wasNotThere(HolderGroup group, Map<String, Integer> before) {
        return before.getOrDefault(group.way(), 0) < more(group, before);
    }

    private static long more(HolderGroup group, Map<String, Integer> before) {
        return (long) group.objects().size() - before.getOrDefault(group.way(), 0);
    }
}
