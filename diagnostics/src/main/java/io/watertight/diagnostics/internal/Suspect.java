package io.watertight.diagnostics.internal;

import java.lang.ref.WeakReference;
import java.util.Arrays;

/** Marks an object so that it can be found again in a dump of this JVM, without keeping it. */
final class Suspect extends WeakReference<Object> {
    @SuppressWarnings("unused") // read in the dump
    private final long dump;

    @SuppressWarnings("unused") // read in the dump
    private final int number;

    Suspect(Object object, long dump, int number) {
        super(object);
        this.dump = dump;
        this.number = number;
    }

    /**
     * Finds the marked objects: for each number the object, or -1 if it was collected before the dump. The marks are in an
     * array that the dumping thread holds in a local variable, where they are found at once; else all objects are looked at.
     */
    static int[] find(HeapGraph graph, long dump, int count) throws HprofException {
        int[] objects = new int[count];
        Arrays.fill(objects, -1);
        boolean isFound = false;
        for (HeapRoots.Root root : graph.roots.all()) {
            int array = root.kind().isTransient() ? graph.index.indexOf(root.id()) : -1;
            if (array >= 0 && graph.typeName(array).equals(Suspect[].class.getTypeName())) {
                for (int i = 0; i < graph.length(array); i++) {
                    isFound |= note(graph, graph.index.indexOf(graph.elementId(array, i)), dump, objects);
                }
            }
        }
        if (!isFound) {
            for (int mark : graph.instancesOf(Suspect.class.getName())) {
                note(graph, mark, dump, objects);
            }
        }
        return objects;
    }

    private static boolean note(HeapGraph graph, int mark, long dump, int[] objects) throws HprofException {
        long dumpAt = mark < 0 ? -1 : graph.fieldPlace(mark, "dump");
        long numberAt = mark < 0 ? -1 : graph.fieldPlace(mark, "number");
        if (dumpAt < 0 || numberAt < 0 || graph.file.s8(dumpAt) != dump) {
            return false;
        }
        int number = graph.file.s4(numberAt);
        if (number >= 0 && number < objects.length) {
            objects[number] = graph.field(mark, "referent");
        }
        return true;
    }
}
