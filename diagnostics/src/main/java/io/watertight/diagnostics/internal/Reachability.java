package io.watertight.diagnostics.internal;

import io.watertight.diagnostics.internal.ClassRecord.ReferenceKind;
import io.watertight.diagnostics.internal.HeapRoots.Root;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A breadth-first search from the roots in five tiers, each carried to its end before the next begins, so that an object's
 * chain is of the most telling kind and the shortest of that kind: lasting roots; local variables of running methods;
 * classes that live only through their instances; soft references; objects that wait for their finalizer.
 */
final class Reachability implements HeapGraph.ReferenceVisitor {
    private static final int UNSEEN = 0;

    private final HeapGraph graph;
    private final int[] cameFrom; // 0 unseen; p + 1 from object p; -r - 1 from root r
    private final IntQueue toWalk = new IntQueue();
    private final BitSet wanted = new BitSet();
    private final LongTable.Ints softReferences = new LongTable.Ints();
    private final LongTable.Ints finalReferences = new LongTable.Ints();
    private int stillWanted;
    private int blocked = -1;
    private boolean metBlocked;
    private int current;
    private LongTable.@Nullable Ints arrived;

    Reachability(HeapGraph graph) {
        this.graph = graph;
        this.cameFrom = new int[graph.size()];
    }

    /** Searches until all of some objects are found, or everything is. */
    void searchFor(int... objects) throws HprofException {
        for (int object : objects) {
            if (object >= 0) {
                wanted.set(object);
            }
        }
        stillWanted = wanted.cardinality();
        searchAllTiers();
    }

    void searchEverything() throws HprofException {
        stillWanted = Integer.MAX_VALUE;
        searchAllTiers();
    }

    /** The objects that cannot be reached without one of them, itself first; none if it is not reached at all. */
    int[] onlyThrough(int object) throws HprofException {
        stillWanted = Integer.MAX_VALUE;
        blocked = object;
        searchAllTiers();
        blocked = -1;
        LongTable.Ints retained = new LongTable.Ints();
        arrived = retained;
        if (metBlocked) {
            arrive(object, object + 1);
            walk();
        }
        return retained.toArray();
    }

    private void searchAllTiers() throws HprofException {
        roots(false);
        walk();
        roots(true);
        walk();
        classesOfInstances();
        referents(softReferences);
        referents(finalReferences);
    }

    private void roots(boolean isTransient) {
        List<Root> roots = graph.roots.all();
        for (int i = 0; i < roots.size() && stillWanted > 0; i++) {
            Root root = roots.get(i);
            int object = root.kind().isTransient() == isTransient ? graph.index.indexOf(root.id()) : -1;
            if (object >= 0) {
                arrive(object, -i - 1);
            }
        }
    }

    private void walk() throws HprofException {
        while (!toWalk.isEmpty() && stillWanted > 0) {
            current = toWalk.take();
            ReferenceKind kind = graph.references(current, this);
            if (kind == ReferenceKind.SOFT) {
                softReferences.add(current);
            } else if (kind == ReferenceKind.FINAL) {
                finalReferences.add(current);
            }
        }
    }

    @Override
    public void reference(int target) {
        if (cameFrom[target] == UNSEEN) {
            arrive(target, current + 1);
        }
    }

    private void arrive(int object, int from) {
        if (cameFrom[object] != UNSEEN) {
            return;
        }
        if (object == blocked) {
            metBlocked = true;
            return;
        }
        cameFrom[object] = from;
        toWalk.add(object);
        if (arrived != null) {
            arrived.add(object);
        }
        if (wanted.get(object)) {
            stillWanted--;
        }
    }

    private void classesOfInstances() throws HprofException {
        for (int i = 0; i < cameFrom.length && stillWanted > 0; i++) {
            ClassRecord type = isSeen(i) ? graph.type(i) : null;
            int object = type == null ? -1 : graph.index.indexOf(type.id);
            if (object >= 0 && !isSeen(object)) {
                arrive(object, i + 1);
                walk();
            }
        }
    }

    private void referents(LongTable.Ints references) throws HprofException {
        for (int i = 0; i < references.size() && stillWanted > 0; i++) {
            int referent = graph.field(references.get(i), "referent");
            if (referent >= 0 && cameFrom[referent] == UNSEEN) {
                arrive(referent, references.get(i) + 1);
                walk();
            }
        }
    }

    boolean isSeen(int object) {
        return cameFrom[object] != UNSEEN;
    }

    /** The object that a seen one was reached from; -1 if from a root. */
    int parent(int object) {
        return cameFrom[object] > 0 ? cameFrom[object] - 1 : -1;
    }

    /** The root from which the search came to an object without a parent. */
    Root root(int object) {
        return graph.roots.all().get(-cameFrom[object] - 1);
    }
}
