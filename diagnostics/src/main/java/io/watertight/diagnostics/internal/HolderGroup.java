package io.watertight.diagnostics.internal;

import io.watertight.diagnostics.internal.HeapRoots.Root;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of one class that are held in the same way: through the same static field or kind of root, and objects of the
 * same classes on the way from there.
 *
 * @param way the way in words that are the same in two dumps of one program
 * @param objects the numbers of the objects, in the order of their addresses
 */
public record HolderGroup(String way, List<Integer> objects) {
    /**
     * Copies the numbers.
     *
     * @param way the way in words
     * @param objects the numbers of the objects
     */
    public HolderGroup {
        objects = List.copyOf(objects);
    }

    /** Groups objects. Every object's way is its parent's way and the parent's class. */
    static List<HolderGroup> of(HeapGraph graph, int... objects) throws HprofException {
        Reachability search = new Reachability(graph);
        search.searchEverything();
        Ways ways = new Ways(graph, search);
        Map<Integer, List<Integer>> groups = new HashMap<>();
        for (int object : objects) {
            if (search.isSeen(object)) {
                groups.computeIfAbsent(ways.of(object), way -> new ArrayList<>())
                        .add(object);
            }
        }
        return groups.entrySet().stream()
                .map(group -> new HolderGroup(ways.text(group.getKey()), group.getValue()))
                .toList();
    }

    /** The different ways, each one a step longer than another. */
    private static final class Ways {
        private final HeapGraph graph;
        private final Reachability search;
        private final int[] known;
        private final Map<String, Integer> numbers = new HashMap<>();
        private final LongTable longer = new LongTable();
        private final LongTable.Ints shorter = new LongTable.Ints();
        private final List<String> steps = new ArrayList<>();

        Ways(HeapGraph graph, Reachability search) {
            this.graph = graph;
            this.search = search;
            this.known = new int[graph.size()];
            Arrays.fill(known, -1);
        }

        /** Finds the way of an object: up to the next parent whose way is known, and down again. */
        int of(int object) throws HprofException {
            LongTable.Ints unknown = new LongTable.Ints();
            int next = object;
            while (next >= 0 && known[next] < 0) {
                unknown.add(next);
                next = search.parent(next);
            }
            for (int i = unknown.size() - 1; i >= 0; i--) {
                int child = unknown.get(i);
                known[child] = next < 0 ? ofRoot(child) : through(known[next], next, child);
                next = child;
            }
            return known[object];
        }

        private int ofRoot(int object) throws HprofException {
            Root root = search.root(object);
            return number(root.kind() == RootKind.CLASS ? "" : root.kind() + " " + graph.typeName(object));
        }

        private int number(String first) {
            return numbers.computeIfAbsent(first, text -> add(-1, text));
        }

        private int add(int before, String step) {
            shorter.add(before);
            steps.add(step);
            return steps.size() - 1;
        }

        private int through(int before, int parent, int object) throws HprofException {
            if (graph.tag(parent) == HprofScan.CLASS) {
                Edge edge = Edge.between(graph, parent, object);
                return number(edge.kind() + " " + edge.declaring() + edge.label());
            }
            ClassRecord type = graph.type(parent);
            if (type == null || isSame(type, object)) {
                return before; // in a list of nodes all are held in the same way
            }
            long key = ((long) before << 32) | type.ordinal;
            int known = (int) longer.get(key, -1);
            if (known >= 0) {
                return known;
            }
            int added = add(before, HiddenNames.stable(type.name));
            longer.put(key, added);
            return added;
        }

        private boolean isSame(ClassRecord type, int object) throws HprofException {
            return graph.tag(object) == HprofScan.INSTANCE && type.equals(graph.type(object));
        }

        String text(int way) {
            List<String> text = new ArrayList<>();
            for (int next = way; next >= 0; next = shorter.get(next)) {
                text.add(0, steps.get(next));
            }
            return String.join(" > ", text);
        }
    }
}
