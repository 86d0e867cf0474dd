package io.watertight.diagnostics.internal;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the objects of a dump by class name. */
final class ClassHistogram {
    private ClassHistogram() {}

    static List<ClassCount> of(HeapGraph graph) throws HprofException {
        Map<String, long[]> counts = new HashMap<>();
        for (int i = 0; i < graph.size(); i++) {
            if (graph.tag(i) != HprofScan.CLASS) {
                long[] count = counts.computeIfAbsent(graph.typeName(i), name -> new long[2]);
                count[0]++;
                count[1] += graph.sizes.of(graph, i);
            }
        }
        return counts.entrySet().stream()
                .map(entry -> new ClassCount(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
                .sorted(Comparator.comparingLong(ClassCount::bytes).reversed().thenComparing(ClassCount::className))
                .toList();
    }
}
