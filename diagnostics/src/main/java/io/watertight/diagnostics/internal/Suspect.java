package io.watertight.diagnostics.internal;

import java.lang.ref.WeakReference;

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

    /** Finds the marked objects: for each number the object, or -1 if it was collected before the dump. */
    static int[] find(HeapGraph graph, long dump, int count) throws HprofException {
        int[] objects = new int[count];
        java.util.Arrays.fill(objects, -1);
        for (int mark : graph.instancesOf(Suspect.class.getName())) {
            long dumpAt = graph.fieldPlace(mark, "dump");
            long numberAt = graph.fieldPlace(mark, "number");
            int number = dumpAt < 0 || numberAt < 0 || graph.file.s8(dumpAt) != dump ? -1 : graph.file.s4(numberAt);
            if (number >= 0 && number < count) {
                objects[number] = graph.field(mark, "referent");
            }
        }
        return objects;
    }
}
