package io.watertight.diagnostics.internal;

import io.watertight.diagnostics.internal.ReferenceChain.Step;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows the insides of the collections of the JDK, so that a way through one becomes a single step with its key or index. */
final class Collections {
    private static final String THREAD_LOCALS = "java.lang.ThreadLocal$ThreadLocalMap";
    private static final List<String> CONTAINERS = List.of(
            "java.util.AbstractMap",
            "java.util.AbstractCollection",
            "java.util.Dictionary",
            "java.util.concurrent.CopyOnWriteArrayList",
            THREAD_LOCALS);
    /** Fields of the nodes of a collection that hold what users have put in. */
    private static final Set<String> CONTENT = Set.of("key", "val", "value", "item", "element");
    /** Fields by which a collection holds the one that does its work. */
    private static final Set<String> BACKING = Set.of("map", "m", "al", "c", "list", "backingMap", "q", "sm");

    private final HeapGraph graph;
    private final ObjectText text;

    Collections(HeapGraph graph, ObjectText text) {
        this.graph = graph;
        this.text = text;
    }

    /** The end of the step that begins at a place of the path: the next one, or where the way leaves the collection. */
    int end(int[] path, List<Edge> edges, int start) throws HprofException {
        if (!isContainer(path[start]) && !isThreadLocals(path, start)) {
            return start + 1;
        }
        int end = start + 1;
        while (end < edges.size() && isInside(path[end], edges.get(end - 1))) {
            end++;
        }
        return end;
    }

    private boolean isInside(int object, Edge from) throws HprofException {
        if (CONTENT.contains(from.name()) || !from.declaring().startsWith("java.") || from.kind() == Edge.Kind.META) {
            return false;
        }
        String type = graph.typeName(object);
        if (graph.tag(object) == HprofScan.OBJECT_ARRAY) {
            return from.kind() == Edge.Kind.FIELD;
        }
        boolean isNode = type.startsWith("java.") && type.indexOf('$') > 0 && !isContainer(object);
        boolean isBacking = isContainer(object) && BACKING.contains(from.name());
        return isNode || isBacking || type.equals(THREAD_LOCALS);
    }

    private boolean isContainer(int object) throws HprofException {
        ClassRecord type = graph.tag(object) == HprofScan.INSTANCE ? graph.type(object) : null;
        return type != null
                && (type.name.startsWith("java.util.Collections$")
                        || CONTAINERS.stream().anyMatch(type::isSubclassOf));
    }

    private boolean isThreadLocals(int[] path, int at) throws HprofException {
        return graph.typeName(path[at + 1]).equals(THREAD_LOCALS) && graph.tag(path[at + 1]) == HprofScan.INSTANCE;
    }

    Step step(int[] path, List<Edge> edges, int start, int end) throws HprofException {
        StringBuilder inside = new StringBuilder();
        for (int i = start; i < end; i++) {
            String label = edges.get(i).label();
            int times = 1;
            while (i + 1 < end && edges.get(i + 1).label().equals(label)) {
                i++;
                times++;
            }
            inside.append(label).append(times == 1 ? "" : "{" + times + "}");
        }
        String within = inside.charAt(0) == '.' ? inside.substring(1) : inside.toString();
        String owner = isThreadLocals(path, start) ? edges.get(start).label() : "";
        String label = owner + "[" + place(path, edges, end) + "]";
        String holder = HiddenNames.stable(graph.typeName(path[start]));
        return new Step(holder, label, within, text.describe(path[end]), false, 1);
    }

    private String place(int[] path, List<Edge> edges, int end) throws HprofException {
        Edge last = edges.get(end - 1);
        int node = path[end - 1];
        if (last.kind() == Edge.Kind.ELEMENT) {
            int key = last.element() % 2 == 1 && isKeyedArray(path, end) ? element(node, last.element() - 1) : -1;
            return key < 0 ? String.valueOf(last.element()) : text.key(key);
        }
        int key = last.name().startsWith("val") ? key(node) : -1;
        return key < 0 ? last.name() : isThreadLocal(key) ? threadLocal(key) : text.key(key);
    }

    private int key(int node) throws HprofException {
        int key = graph.field(node, "key");
        return key < 0 ? graph.field(node, "referent") : key;
    }

    /** Some maps keep keys and values side by side in one array. */
    private boolean isKeyedArray(int[] path, int end) throws HprofException {
        String map = end < 2 ? "" : graph.typeName(path[end - 2]);
        return map.equals("java.util.IdentityHashMap") || map.equals("java.util.ImmutableCollections$MapN");
    }

    private int element(int array, int i) throws HprofException {
        long id = graph.elementId(array, i);
        return id == 0 ? -1 : graph.index.indexOf(id);
    }

    private boolean isThreadLocal(int key) throws HprofException {
        ClassRecord type = graph.type(key);
        return type != null && type.isSubclassOf("java.lang.ThreadLocal");
    }

    /** A thread-local by the static field that usually holds it. */
    private String threadLocal(int key) throws HprofException {
        long id = graph.file.id(graph.index.positionOf(key) + 1);
        @Nullable String[] found = {null};
        for (ClassRecord type : graph.classes.all()) {
            type.statics(graph.file, (nameId, special, value) -> {
                if (value == id && special.isEmpty() && found[0] == null) {
                    found[0] = type.name + "." + graph.classes.string(nameId);
                }
            });
        }
        return found[0] == null ? text.describe(key) : found[0];
    }
}
