package io.watertight.diagnostics.internal;

/** One walk over all records of a dump, front to back. Positions are those of the record's tag. */
final class HprofScan {
    static final int STRING = 0x01;
    static final int LOAD_CLASS = 0x02;
    static final int FRAME = 0x04;
    static final int TRACE = 0x05;
    static final int HEAP_DUMP = 0x0c;
    static final int HEAP_SEGMENT = 0x1c;
    static final int HEAP_END = 0x2c;

    static final int CLASS = 0x20;
    static final int INSTANCE = 0x21;
    static final int OBJECT_ARRAY = 0x22;
    static final int PRIMITIVE_ARRAY = 0x23;

    private static final int RECORD_HEADER = 9;

    private final HprofFile file;
    private final Visitor visitor;
    private boolean ended;

    private HprofScan(HprofFile file, Visitor visitor) {
        this.file = file;
        this.visitor = visitor;
    }

    /** Gets what the walk meets; each method does nothing unless it is overridden. */
    interface Visitor {
        /** A record outside the heap segments; its body begins at {@code body}. */
        default void record(int tag, long body, long length) throws HprofException {}

        default void root(RootKind kind, long id, int threadSerial, int frame) throws HprofException {}

        /** A class, an instance or an array. */
        default void object(int tag, long id, long at) throws HprofException {}
    }

    static void over(HprofFile file, Visitor visitor) throws HprofException {
        HprofScan scan = new HprofScan(file, visitor);
        long at = file.firstRecord();
        while (at < file.size() && !scan.ended) {
            at = scan.record(at);
        }
        if (!scan.ended) {
            throw file.corrupt(at, "the file ends without an end-of-heap record");
        }
    }

    private long record(long at) throws HprofException {
        int tag = file.u1(at);
        long length = file.u4(at + 5);
        long body = at + RECORD_HEADER;
        file.check(body, length);
        if (tag == HEAP_DUMP || tag == HEAP_SEGMENT) {
            segment(body, body + length);
        } else if (tag == HEAP_END) {
            ended = true;
        } else {
            visitor.record(tag, body, length);
        }
        return body + length;
    }

    private void segment(long start, long end) throws HprofException {
        long at = start;
        while (at < end) {
            int tag = file.u1(at);
            at = tag >= CLASS && tag <= PRIMITIVE_ARRAY ? object(tag, at) : root(tag, at);
        }
        if (at != end) {
            throw file.corrupt(at, "an object reaches over the end of its heap segment");
        }
    }

    private long object(int tag, long at) throws HprofException {
        int idSize = file.idSize();
        visitor.object(tag, file.id(at + 1), at);
        long afterStack = at + 1 + idSize + 4;
        long end = switch (tag) {
            case CLASS -> ClassRecord.end(file, at);
            case INSTANCE -> afterStack + idSize + 4 + file.u4(afterStack + idSize);
            case OBJECT_ARRAY -> afterStack + 4 + idSize + file.u4(afterStack) * idSize;
            default -> afterStack + 5 + file.u4(afterStack) * FieldType.size(file, afterStack + 4);
        };
        file.check(end, 0);
        return end;
    }

    private long root(int tag, long at) throws HprofException {
        RootKind kind = RootKind.of(tag);
        if (kind == null) {
            throw file.corrupt(at, "there is an unknown kind of heap record (0x" + Integer.toHexString(tag) + ")");
        }
        long afterId = at + 1 + file.idSize();
        boolean hasThread = kind != RootKind.UNKNOWN && kind.extraBytes(4) >= 4 && kind != RootKind.JNI_GLOBAL;
        int threadSerial = hasThread ? file.s4(afterId) : 0;
        int second = hasThread && kind.extraBytes(4) == 8 ? file.s4(afterId + 4) : -1;
        visitor.root(kind, file.id(at + 1), threadSerial, second);
        return afterId + kind.extraBytes(file.idSize());
    }
}
