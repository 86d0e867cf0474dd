package io.watertight.diagnostics.internal;

/** Sums what becomes unreachable together with an object. */
final class RetainedSize {
    private RetainedSize() {}

    static long of(HeapGraph graph, int object) throws HprofException {
        long bytes = 0;
        for (int retained : new Reachability(graph).onlyThrough(object)) {
            bytes += graph.sizes.of(graph, retained);
        }
        return bytes;
    }
}
