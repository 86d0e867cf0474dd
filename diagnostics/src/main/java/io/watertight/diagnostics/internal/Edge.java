package io.watertight.diagnostics.internal;

import org.jspecify.annotations.Nullable;

/**
 * One reference between two objects.
 *
 * @param kind where it is
 * @param declaring the class that declares the field, or the class of the array
 * @param name the field, or what the JVM calls the reference; empty for an element
 * @param element the index of an element; -1 for others
 */
record Edge(Kind kind, String declaring, String name, int element) {
    enum Kind {
        FIELD,
        STATIC,
        ELEMENT,
        /** The referent of a soft or a final reference. */
        REFERENT,
        /** From a class to its loader, or from an object to its class. */
        META
    }

    /** Finds by which reference one object holds another. */
    static Edge between(HeapGraph graph, int from, int to) throws HprofException {
        long wanted = graph.file.id(graph.index.positionOf(to) + 1);
        @Nullable
        Edge found = switch (graph.tag(from)) {
            case HprofScan.INSTANCE -> inInstance(graph, from, wanted);
            case HprofScan.OBJECT_ARRAY -> inArray(graph, from, wanted);
            case HprofScan.CLASS -> inClass(graph, from, wanted);
            default -> null;
        };
        return found != null ? found : new Edge(Kind.META, graph.typeName(from), "its class", -1);
    }

    private static @Nullable Edge inInstance(HeapGraph graph, int from, long wanted) throws HprofException {
        long at = graph.index.positionOf(from);
        ClassRecord type = graph.instanceType(at);
        @Nullable Edge[] found = {null};
        type.fields(graph.file.idSize(), (declaring, nameId, fieldType, offset) -> {
            boolean isReferent = offset == type.referentOffset;
            boolean isBetter = found[0] == null || found[0].kind == Kind.REFERENT;
            if (fieldType == FieldType.OBJECT && isBetter && graph.file.id(graph.fieldsAt(at) + offset) == wanted) {
                Kind kind = isReferent ? Kind.REFERENT : Kind.FIELD;
                String field = graph.classes.string(nameId);
                found[0] = new Edge(kind, declaring.name, field, -1);
            }
        });
        return found[0];
    }

    private static @Nullable Edge inArray(HeapGraph graph, int from, long wanted) throws HprofException {
        int length = graph.length(from);
        for (int i = 0; i < length; i++) {
            if (graph.elementId(from, i) == wanted) {
                return new Edge(Kind.ELEMENT, graph.typeName(from), "", i);
            }
        }
        return null;
    }

    private static @Nullable Edge inClass(HeapGraph graph, int from, long wanted) throws HprofException {
        ClassRecord type = graph.classAt(graph.index.positionOf(from));
        @Nullable Edge[] found = {null};
        type.statics(graph.file, (nameId, special, value) -> {
            if (found[0] == null && value == wanted) {
                boolean isField = special.isEmpty();
                String reference = isField ? graph.classes.string(nameId) : special;
                found[0] = new Edge(isField ? Kind.STATIC : Kind.META, type.name, reference, -1);
            }
        });
        return found[0];
    }

    /** As it is written behind the class. */
    String label() {
        return switch (kind) {
            case ELEMENT -> "[" + element + "]";
            case META -> " (" + name + ")";
            default -> "." + name;
        };
    }
}
