package io.watertight.diagnostics.internal;

import io.watertight.diagnostics.internal.HeapRoots.Root;
import io.watertight.diagnostics.internal.ReferenceChain.Step;
import io.watertight.diagnostics.internal.ReferenceChain.Strength;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the shortest chains from the roots to some objects, and puts them into words. */
final class ChainSearch {
    private final HeapGraph graph;
    private final ObjectText text;
    private final Collections collections;

    ChainSearch(HeapGraph graph) {
        this.graph = graph;
        this.text = new ObjectText(graph);
        this.collections = new Collections(graph, text);
    }

    List<@Nullable ReferenceChain> chains(int... objects) throws HprofException {
        Reachability search = new Reachability(graph);
        search.searchFor(objects);
        List<@Nullable ReferenceChain> chains = new ArrayList<>();
        for (int object : objects) {
            chains.add(object >= 0 && search.isSeen(object) ? chain(search, object) : null);
        }
        return chains;
    }

    private ReferenceChain chain(Reachability search, int object) throws HprofException {
        int[] path = path(search, object);
        List<Edge> edges = new ArrayList<>();
        Strength strength = Strength.STRONG;
        for (int i = 0; i + 1 < path.length; i++) {
            Edge edge = Edge.between(graph, path[i], path[i + 1]);
            edges.add(edge);
            if (edge.kind() == Edge.Kind.REFERENT) {
                strength = strengthOf(path[i], strength);
            }
        }
        Root root = search.root(path[0]);
        int thread = root.kind() == RootKind.THREAD ? path[0] : graph.roots.thread(graph, root.threadSerial());
        String threadName = thread < 0 ? null : text.threadName(thread);
        boolean startsStatic = !edges.isEmpty() && edges.get(0).kind() == Edge.Kind.STATIC;
        String origin = startsStatic && root.kind() == RootKind.CLASS ? "" : origin(root, path[0], threadName);
        return new ReferenceChain(strength, root.kind(), origin, threadName, steps(path, edges), loader(object));
    }

    private static int[] path(Reachability search, int object) {
        LongTable.Ints backwards = new LongTable.Ints();
        for (int next = object; next >= 0; next = search.parent(next)) {
            backwards.add(next);
        }
        int[] path = new int[backwards.size()];
        for (int i = 0; i < path.length; i++) {
            path[i] = backwards.get(path.length - 1 - i);
        }
        return path;
    }

    private Strength strengthOf(int reference, Strength soFar) throws HprofException {
        ClassRecord type = graph.type(reference);
        boolean isFinal = type != null && type.referenceKind == ClassRecord.ReferenceKind.FINAL;
        return isFinal || soFar == Strength.FINALIZER ? Strength.FINALIZER : Strength.SOFT;
    }

    private List<Step> steps(int[] path, List<Edge> edges) throws HprofException {
        List<Step> steps = new ArrayList<>();
        int at = 0;
        while (at < edges.size()) {
            int end = collections.end(path, edges, at);
            Step step = end > at + 1 ? collections.step(path, edges, at, end) : plainStep(path, edges, at);
            Step previous = steps.isEmpty() ? null : steps.get(steps.size() - 1);
            if (previous != null && previous.repeats(step)) {
                steps.set(steps.size() - 1, repeated(previous));
            } else {
                steps.add(step);
            }
            at = end;
        }
        return steps;
    }

    private Step plainStep(int[] path, List<Edge> edges, int at) throws HprofException {
        Edge edge = edges.get(at);
        boolean isStatic = edge.kind() == Edge.Kind.STATIC;
        String declaring = HiddenNames.stable(edge.declaring());
        boolean isElement = edge.kind() == Edge.Kind.ELEMENT && declaring.endsWith("[]");
        String holder = isElement ? declaring.substring(0, declaring.length() - 2) : declaring;
        return new Step(holder, edge.label(), "", text.describe(path[at + 1]), isStatic, 1);
    }

    private static Step repeated(Step step) {
        return new Step(step.holder(), step.label(), step.inside(), step.held(), step.isStatic(), step.times() + 1);
    }

    private String origin(Root root, int object, @Nullable String thread) throws HprofException {
        String of = thread == null ? "" : " of thread '" + thread + "'";
        String what = text.describe(object);
        return switch (root.kind()) {
            case CLASS -> what + ", which is never unloaded";
            case THREAD -> "thread '" + thread + "' (" + graph.typeName(object) + "), which has not ended";
            case JNI_GLOBAL -> "global reference of native code or of the JVM to " + what;
            case UNKNOWN -> "the JVM itself, to " + what;
            case MONITOR -> "a lock that a thread holds on " + what;
            case THREAD_BLOCK -> "native code" + of + " that waits on " + what;
            case JAVA_FRAME -> "local variable" + of + method(root) + " = " + what;
            case JNI_LOCAL, NATIVE_STACK -> "local variable of native code" + of + method(root) + " = " + what;
        };
    }

    private String method(Root root) throws HprofException {
        String method = graph.roots.method(graph, root);
        return method == null ? "" : " in " + method;
    }

    private String loader(int object) throws HprofException {
        ClassRecord type = graph.type(object);
        if (type == null || HeapRoots.isPermanent(graph, type)) {
            return "";
        }
        int loader = graph.index.indexOf(type.loaderId);
        return loader < 0 ? "" : text.describe(loader);
    }
}
