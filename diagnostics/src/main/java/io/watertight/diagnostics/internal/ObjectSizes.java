package io.watertight.diagnostics.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many bytes objects take in a JVM. Right to within the gaps a JVM leaves between fields.
 *
 * @param header of an instance, in bytes
 * @param arrayHeader of an array, with its length
 * @param reference a reference
 * @param alignment what the size of an object is a multiple of
 */
public record ObjectSizes(int header, int arrayHeader, int reference, int alignment) {
    private static final ObjectSizes USUAL = new ObjectSizes(12, 16, 4, 8);

    /**
     * Asks this JVM.
     *
     * @return its sizes; the usual ones of a 64-bit JVM with a heap below 32 GB if it does not say
     */
    public static ObjectSizes ofThisJvm() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (jvm == null) {
            return USUAL;
        }
        int reference = isOn(jvm, "UseCompressedOops", true) ? 4 : 8;
        boolean compactHeader = isOn(jvm, "UseCompactObjectHeaders", false);
        boolean shortHeader = isOn(jvm, "UseCompressedClassPointers", true);
        int header = compactHeader ? 8 : shortHeader ? 12 : 16;
        int arrayHeader = compactHeader ? 12 : shortHeader ? 16 : 24;
        return new ObjectSizes(header, arrayHeader, reference, alignment(jvm));
    }

    private static boolean isOn(HotSpotDiagnosticMXBean jvm, String flag, boolean otherwise) {
        try {
            return Boolean.parseBoolean(jvm.getVMOption(flag).getValue());
        } catch (IllegalArgumentException unknownFlag) {
            return otherwise;
        }
    }

    private static int alignment(HotSpotDiagnosticMXBean jvm) {
        try {
            return Integer.parseInt(jvm.getVMOption("ObjectAlignmentInBytes").getValue());
        } catch (IllegalArgumentException unknownFlag) {
            return USUAL.alignment;
        }
    }

    long of(HeapGraph graph, int object) throws HprofException {
        HprofFile file = graph.file;
        long at = graph.index.positionOf(object);
        long length = at + 1 + file.idSize() + 4;
        return switch (file.u1(at)) {
            case HprofScan.INSTANCE ->
                align(header + (long) graph.instanceType(at).fieldBytes(reference));
            case HprofScan.OBJECT_ARRAY -> align(arrayHeader + file.u4(length) * reference);
            case HprofScan.PRIMITIVE_ARRAY -> align(arrayHeader + file.u4(length) * FieldType.size(file, length + 4));
            default -> 0; // a class lives outside the heap
        };
    }

    private long align(long bytes) {
        return (bytes + alignment - 1) / alignment * alignment;
    }
}
