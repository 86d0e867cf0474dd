package io.watertight.diagnostics.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a dump says about one class: its name, its superclass, and where in its instances the references are. */
final class ClassRecord {
    final long id;
    final long superId;
    final long loaderId;
    final long position;
    final int ordinal;
    final String name;

    private final long[] fieldNames;
    private final byte[] fieldTypes;
    private final int ownBytes;

    /** Set by {@link ClassTable#link()}: */
    @Nullable
    ClassRecord superclass;

    int[] referenceOffsets = {};
    int instanceBytes;
    int referentOffset = -1;
    ReferenceKind referenceKind = ReferenceKind.STRONG;
    boolean linked;

    /** What the collector thinks of the {@code referent} of instances. */
    enum ReferenceKind {
        /** Not a {@code java.lang.ref.Reference}. */
        STRONG,
        /** Kept while there is memory. */
        SOFT,
        /** Kept until the finalizer has run. */
        FINAL,
        /** Does not keep its referent. */
        WEAK
    }

    /** What an instance field holds. */
    interface FieldVisitor {
        void field(ClassRecord declaring, long nameId, int type, int offset) throws HprofException;
    }

    /** What a class holds; a static field has a name, the class loader and its like are given by one of the texts. */
    interface StaticVisitor {
        void reference(long nameId, String special, long value) throws HprofException;
    }

    ClassRecord(HprofFile file, long at, int ordinal, String name) throws HprofException {
        int idSize = file.idSize();
        this.position = at;
        this.ordinal = ordinal;
        this.name = name;
        this.id = file.id(at + 1);
        this.superId = file.id(superAt(file, at));
        this.loaderId = file.id(superAt(file, at) + idSize);
        long next = skipStatics(file, skipConstants(file, at));
        int fields = file.u2(next);
        next += 2;
        this.fieldNames = new long[fields];
        this.fieldTypes = new byte[fields];
        int bytes = 0;
        for (int i = 0; i < fields; i++) {
            fieldNames[i] = file.id(next);
            fieldTypes[i] = (byte) file.u1(next + idSize);
            bytes += FieldType.size(file, next + idSize);
            next += idSize + 1;
        }
        this.ownBytes = bytes;
    }

    private static long superAt(HprofFile file, long at) {
        return at + 1 + file.idSize() + 4;
    }

    private static long skipConstants(HprofFile file, long at) throws HprofException {
        long next = superAt(file, at) + 6L * file.idSize() + 4;
        int constants = file.u2(next);
        next += 2;
        for (int i = 0; i < constants; i++) {
            next += 3 + FieldType.size(file, next + 2);
        }
        return next;
    }

    private static long skipStatics(HprofFile file, long countAt) throws HprofException {
        int statics = file.u2(countAt);
        long next = countAt + 2;
        for (int i = 0; i < statics; i++) {
            next += file.idSize() + 1 + FieldType.size(file, next + file.idSize());
        }
        return next;
    }

    /** The position after the class record at a position. */
    static long end(HprofFile file, long at) throws HprofException {
        long fieldsAt = skipStatics(file, skipConstants(file, at));
        return fieldsAt + 2 + (long) file.u2(fieldsAt) * (file.idSize() + 1);
    }

    /** Lays out the instances; the superclass is laid out already. */
    void link(int idSize, @Nullable ClassRecord linkedSuper, boolean isReference, long referentName) {
        superclass = linkedSuper;
        int count = 0;
        int[] offsets = new int[fieldTypes.length];
        int offset = 0; // own fields come first in an instance, those of the superclass after them
        for (int i = 0; i < fieldTypes.length; i++) {
            if (fieldTypes[i] == FieldType.OBJECT) {
                if (isReference && fieldNames[i] == referentName) {
                    referentOffset = offset;
                } else {
                    offsets[count++] = offset;
                }
            }
            offset += sizeOf(fieldTypes[i], idSize);
        }
        instanceBytes = ownBytes;
        if (linkedSuper != null) {
            int[] inherited = linkedSuper.referenceOffsets;
            offsets = Arrays.copyOf(offsets, count + inherited.length);
            for (int inheritedOffset : inherited) {
                offsets[count++] = ownBytes + inheritedOffset;
            }
            instanceBytes += linkedSuper.instanceBytes;
            if (linkedSuper.referentOffset >= 0) {
                referentOffset = ownBytes + linkedSuper.referentOffset;
            }
        }
        referenceOffsets = Arrays.copyOf(offsets, count);
        linked = true;
    }

    /** Walks the fields of instances as they lie in the dump. */
    void fields(int idSize, FieldVisitor visitor) throws HprofException {
        int offset = 0;
        for (ClassRecord type = this; type != null; type = type.superclass) {
            for (int i = 0; i < type.fieldTypes.length; i++) {
                visitor.field(type, type.fieldNames[i], type.fieldTypes[i], offset);
                offset += sizeOf(type.fieldTypes[i], idSize);
            }
        }
    }

    /** Walks what the class itself refers to. */
    void statics(HprofFile file, StaticVisitor visitor) throws HprofException {
        int idSize = file.idSize();
        long next = skipConstants(file, position);
        int statics = file.u2(next);
        next += 2;
        for (int i = 0; i < statics; i++) {
            if (file.u1(next + idSize) == FieldType.OBJECT) {
                visitor.reference(file.id(next), "", file.id(next + idSize + 1));
            }
            next += idSize + 1 + FieldType.size(file, next + idSize);
        }
        visitor.reference(0, "superclass", superId);
        visitor.reference(0, "class loader", loaderId);
        visitor.reference(0, "signers", file.id(superAt(file, position) + 2L * idSize));
        visitor.reference(0, "protection domain", file.id(superAt(file, position) + 3L * idSize));
    }

    boolean isSubclassOf(String ancestor) {
        for (ClassRecord type = this; type != null; type = type.superclass) {
            if (type.name.equals(ancestor)) {
                return true;
            }
        }
        return false;
    }

    /** Hidden classes, those of lambdas for instance, live as long as their instances, not as long as their loader. */
    boolean isHidden() {
        return name.contains("/0x") || name.contains("+0x") || name.contains(".0x");
    }

    /** The sum of the sizes in memory of all fields of an instance. */
    int fieldBytes(int referenceBytes) {
        int bytes = 0;
        for (ClassRecord type = this; type != null; type = type.superclass) {
            for (byte fieldType : type.fieldTypes) {
                bytes += sizeOf(fieldType, referenceBytes);
            }
        }
        return bytes;
    }

    private static int sizeOf(int type, int idSize) {
        return switch (type) {
            case FieldType.OBJECT -> idSize;
            case 4, 8 -> 1;
            case 5, 9 -> 2;
            case 6, 10 -> 4;
            default -> 8;
        };
    }
}
