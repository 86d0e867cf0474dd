package io.watertight.diagnostics.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a heap dump and the references between them. Objects are known by a number, from 0 to
 * {@link #size()} - 1; classes are objects too.
 *
 * <p>Takes about 17 bytes of heap for each object in the dump while it searches. Not thread-safe; close it to unmap the file.
 */
public final class HeapGraph implements AutoCloseable {
    final HprofFile file;
    final ClassTable classes;
    final HeapIndex index;
    final HeapRoots roots;
    final ObjectSizes sizes;

    private HeapGraph(HprofFile file, ObjectSizes sizes) throws HprofException {
        this.file = file;
        this.sizes = sizes;
        this.classes = new ClassTable(file);
        this.roots = new HeapRoots(file);
        HeapIndex.Census census = new HeapIndex.Census(file);
        HprofScan.over(file, new FirstWalk(classes, roots, census));
        classes.link();
        this.index = HeapIndex.of(file, census);
        roots.addPermanentClasses(this);
    }

    private record FirstWalk(ClassTable classes, HeapRoots roots, HeapIndex.Census census)
            implements HprofScan.Visitor {
        @Override
        public void record(int tag, long body, long length) throws HprofException {
            switch (tag) {
                case HprofScan.STRING -> classes.string(body, length);
                case HprofScan.LOAD_CLASS -> classes.loaded(body);
                case HprofScan.FRAME -> roots.frames().frame(body);
                case HprofScan.TRACE -> roots.frames().trace(body);
                default -> {}
            }
        }

        @Override
        public void root(RootKind kind, long id, int threadSerial, int frame) {
            roots.add(kind, id, threadSerial, frame);
        }

        @Override
        public void object(int tag, long id, long at) throws HprofException {
            census.count(id);
            if (tag == HprofScan.CLASS) {
                classes.add(at);
            }
        }
    }

    /**
     * Reads a dump's table of contents.
     *
     * @param path an uncompressed HPROF file
     * @param sizes how large objects are in the JVM that wrote it
     * @return the graph
     * @throws HprofException if the file is cut off, corrupt or no heap dump, or has more objects than can be held in the
     *     heap that is free
     * @throws IOException if it cannot be read
     */
    public static HeapGraph open(Path path, ObjectSizes sizes) throws IOException {
        return open(path, sizes, HprofFile.SEGMENT_BITS);
    }

    static HeapGraph open(Path path, ObjectSizes sizes, int segmentBits) throws IOException {
        HprofFile file = HprofFile.open(path, segmentBits);
        try {
            return new HeapGraph(file, sizes);
        } catch (Throwable failure) {
            file.close();
            throw failure;
        }
    }

    /**
     * Counts the objects.
     *
     * @return objects, arrays and classes in the dump
     */
    public int size() {
        return index.size();
    }

    /**
     * Finds for each of some objects the shortest chain of references that keeps it. One search serves all of them.
     *
     * @param objects numbers of objects; negative ones, for objects the dump does not have, get no chain
     * @return for each, in their order, the chain, or null if nothing the dump shows holds the object
     * @throws HprofException if the dump is corrupt
     */
    public List<@Nullable ReferenceChain> chains(int... objects) throws HprofException {
        return new ChainSearch(this).chains(objects);
    }

    /**
     * Computes how much memory an object alone keeps: the bytes that become unreachable when it goes.
     *
     * @param object the number of the object
     * @return its own size and that of all that only it holds; 0 if nothing holds the object itself
     * @throws HprofException if the dump is corrupt
     */
    public long retainedBytes(int object) throws HprofException {
        return RetainedSize.of(this, object);
    }

    /**
     * Counts the objects by class.
     *
     * @return one entry for each class that has instances, the most bytes first
     * @throws HprofException if the dump is corrupt
     */
    public List<ClassCount> histogram() throws HprofException {
        return ClassHistogram.of(this);
    }

    /**
     * Lists the objects of a class.
     *
     * @param className the name, as {@code com.acme.Session$State} or {@code byte[]}
     * @return the numbers of its instances, without those of subclasses; of all classes with that name
     * @throws HprofException if the dump is corrupt
     */
    public int[] instancesOf(String className) throws HprofException {
        LongTable.Ints found = new LongTable.Ints();
        BitSet named = new BitSet();
        classes.all().stream().filter(type -> type.name.equals(className)).forEach(type -> named.set(type.ordinal));
        for (int i = 0; i < size(); i++) {
            long at = index.positionOf(i);
            boolean isOne = switch (file.u1(at)) {
                case HprofScan.INSTANCE, HprofScan.OBJECT_ARRAY -> named.get(typeAt(at).ordinal);
                case HprofScan.PRIMITIVE_ARRAY -> className.equals(typeName(i));
                default -> false;
            };
            if (isOne) {
                found.add(i);
            }
        }
        return found.toArray();
    }

    /**
     * Groups the objects of a class by the way they are held.
     *
     * @param className the name, as for {@link #instancesOf}
     * @return the groups, in no order; objects that nothing holds are in none
     * @throws HprofException if the dump is corrupt
     */
    public List<HolderGroup> holders(String className) throws HprofException {
        return HolderGroup.of(this, instancesOf(className));
    }

    @Override
    public void close() {
        file.close();
    }

    /** Walks the references of an object; the referents of reference objects are not among them. */
    interface ReferenceVisitor {
        void reference(int target) throws HprofException;
    }

    /** Walks the references of an object and says what the collector thinks of the referent it may have besides. */
    ClassRecord.ReferenceKind references(int object, ReferenceVisitor visitor) throws HprofException {
        long at = index.positionOf(object);
        int idSize = file.idSize();
        switch (file.u1(at)) {
            case HprofScan.INSTANCE -> {
                ClassRecord type = instanceType(at);
                long fields = fieldsAt(at);
                for (int offset : type.referenceOffsets) {
                    visit(file.id(fields + offset), visitor);
                }
                return type.referenceKind;
            }
            case HprofScan.OBJECT_ARRAY -> {
                long end = elementsAt(at) + file.u4(at + 1 + idSize + 4) * idSize;
                for (long element = elementsAt(at); element < end; element += idSize) {
                    visit(file.id(element), visitor);
                }
            }
            case HprofScan.CLASS -> classAt(at).statics(file, (nameId, special, value) -> visit(value, visitor));
            default -> {}
        }
        return ClassRecord.ReferenceKind.STRONG;
    }

    private void visit(long id, ReferenceVisitor visitor) throws HprofException {
        if (id != 0) {
            int target = index.indexOf(id);
            if (target >= 0) {
                visitor.reference(target);
            }
        }
    }

    int tag(int object) throws HprofException {
        return file.u1(index.positionOf(object));
    }

    private ClassRecord typeAt(long at) throws HprofException {
        boolean isInstance = file.u1(at) == HprofScan.INSTANCE;
        return classes.at(at + 1 + file.idSize() + (isInstance ? 4 : 8));
    }

    /** The class of an instance, with its fields checked to be all there. */
    ClassRecord instanceType(long at) throws HprofException {
        int idSize = file.idSize();
        ClassRecord type = classes.at(at + 1 + idSize + 4);
        if (file.u4(at + 1 + idSize + 4 + idSize) != type.instanceBytes) {
            throw file.corrupt(at, "an object is not as large as its class " + type.name + " says");
        }
        return type;
    }

    /** The class an instance or an object array is of; for a class object, that class. */
    @Nullable
    ClassRecord type(int object) throws HprofException {
        long at = index.positionOf(object);
        return switch (file.u1(at)) {
            case HprofScan.INSTANCE -> instanceType(at);
            case HprofScan.OBJECT_ARRAY -> classes.at(at + 1 + file.idSize() + 8);
            case HprofScan.CLASS -> classAt(at);
            default -> null;
        };
    }

    String typeName(int object) throws HprofException {
        ClassRecord type = type(object);
        return type != null ? type.name : FieldType.name(primitiveType(index.positionOf(object))) + "[]";
    }

    int primitiveType(long at) throws HprofException {
        FieldType.size(file, at + 1 + file.idSize() + 8);
        return file.u1(at + 1 + file.idSize() + 8);
    }

    ClassRecord classAt(long at) throws HprofException {
        return classes.at(at + 1);
    }

    long fieldsAt(long at) {
        return at + 1 + 4 + 4 + 2L * file.idSize();
    }

    long elementsAt(long at) {
        return at + 1 + 4 + 4 + 2L * file.idSize();
    }

    /** The length of an array. */
    int length(int array) throws HprofException {
        long at = index.positionOf(array) + 1 + file.idSize() + 4;
        int length = file.s4(at);
        if (length < 0) {
            throw file.corrupt(at, "an array has the length " + length);
        }
        return length;
    }

    /** The id in an element of an array of references. */
    long elementId(int array, int i) throws HprofException {
        return file.id(elementsAt(index.positionOf(array)) + (long) i * file.idSize());
    }

    /** The id of what an instance's field refers to, or 0. The first field of that name counts, from the class upwards. */
    long fieldId(int object, String name) throws HprofException {
        long place = fieldPlace(object, name);
        return place < 0 ? 0 : file.id(place);
    }

    /** The object an instance's field refers to, or -1. */
    int field(int object, String name) throws HprofException {
        long id = fieldId(object, name);
        return id == 0 ? -1 : index.indexOf(id);
    }

    /** The place of a field's value in the file, or -1. */
    long fieldPlace(int object, String name) throws HprofException {
        long at = index.positionOf(object);
        if (file.u1(at) != HprofScan.INSTANCE) {
            return -1;
        }
        long[] place = {-1};
        instanceType(at).fields(file.idSize(), (declaring, nameId, type, offset) -> {
            if (place[0] < 0 && classes.string(nameId).equals(name)) {
                place[0] = fieldsAt(at) + offset;
            }
        });
        return place[0];
    }
}
