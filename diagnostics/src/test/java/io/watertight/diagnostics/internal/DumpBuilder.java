package io.watertight.diagnostics.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes heap dumps of made-up heaps. */
final class DumpBuilder {
    private static final long FIRST_OBJECT = 0x7000_0000L;

    private final int idSize;
    private final ByteArrayOutputStream top = new ByteArrayOutputStream();
    private final DataOutputStream records = new DataOutputStream(top);
    private final ByteArrayOutputStream heapBytes = new ByteArrayOutputStream();
    private final DataOutputStream heap = new DataOutputStream(heapBytes);
    private final Map<String, Long> strings = new HashMap<>();
    private final Map<Long, Integer> bytesOf = new HashMap<>();
    private long nextString = 0x100;
    private long nextObject = FIRST_OBJECT;
    private int nextSerial = 1;

    DumpBuilder(int idSize) {
        this.idSize = idSize;
        write(() -> {
            records.write("JAVA PROFILE 1.0.2\0".getBytes(StandardCharsets.US_ASCII));
            records.writeInt(idSize);
            records.writeLong(0);
        });
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private void id(DataOutputStream out, long id) throws IOException {
        if (idSize == 8) {
            out.writeLong(id);
        } else {
            out.writeInt((int) id);
        }
    }

    private void record(int tag, Writing body) {
        write(() -> {
            int header = top.size();
            records.writeByte(tag);
            records.writeInt(0);
            records.writeInt(0);
            body.run();
            int length = top.size() - header - 9;
            byte[] all = top.toByteArray();
            java.nio.ByteBuffer.wrap(all).putInt(header + 5, length);
            top.reset();
            top.write(all);
        });
    }

    long string(String text) {
        return strings.computeIfAbsent(text, same -> {
            long id = nextString++;
            record(HprofScan.STRING, () -> {
                id(records, id);
                records.write(text.getBytes(StandardCharsets.UTF_8));
            });
            return id;
        });
    }

    /** An id for an object that is written later. */
    long reserve() {
        long id = nextObject;
        nextObject += 16;
        return id;
    }

    /** A class with fields that refer to objects; names that begin with # are of type int. */
    long type(String name, long superType, List<Map.Entry<String, Long>> statics, String... fields) {
        return type(reserve(), name, superType, 0, statics, fields);
    }

    long type(
            long id,
            String name,
            long superType,
            long loader,
            List<Map.Entry<String, Long>> statics,
            String... fields) {
        long nameId = string(name.replace('.', '/'));
        statics.forEach(field -> string(field.getKey()));
        for (String field : fields) {
            string(field);
        }
        int serial = nextSerial++;
        record(HprofScan.LOAD_CLASS, () -> {
            records.writeInt(serial);
            id(records, id);
            records.writeInt(0);
            id(records, nameId);
        });
        write(() -> {
            heap.writeByte(HprofScan.CLASS);
            id(heap, id);
            heap.writeInt(0);
            id(heap, superType);
            id(heap, loader);
            for (int i = 0; i < 4; i++) {
                id(heap, 0);
            }
            heap.writeInt(0);
            heap.writeShort(1); // a constant, which nobody writes nowadays
            heap.writeShort(1);
            heap.writeByte(11);
            heap.writeLong(7);
            heap.writeShort(statics.size());
            for (Map.Entry<String, Long> field : statics) {
                id(heap, string(field.getKey()));
                heap.writeByte(FieldType.OBJECT);
                id(heap, field.getValue());
            }
            heap.writeShort(fields.length);
            int bytes = bytesOf.getOrDefault(superType, 0);
            for (String field : fields) {
                id(heap, string(field));
                heap.writeByte(field.startsWith("#") ? 10 : FieldType.OBJECT);
                bytes += field.startsWith("#") ? 4 : idSize;
            }
            bytesOf.put(id, bytes);
        });
        return id;
    }

    /** An instance; the values are those of the fields, own ones first, then those of the superclass. */
    void instance(long id, long type, Object... values) {
        write(() -> {
            heap.writeByte(HprofScan.INSTANCE);
            id(heap, id);
            heap.writeInt(0);
            id(heap, type);
            heap.writeInt(bytesOf.getOrDefault(type, 0));
            for (Object value : values) {
                if (value instanceof Integer number) {
                    heap.writeInt(number);
                } else {
                    id(heap, (Long) value);
                }
            }
        });
    }

    void array(long id, long type, List<Long> elements) {
        write(() -> {
            heap.writeByte(HprofScan.OBJECT_ARRAY);
            id(heap, id);
            heap.writeInt(0);
            heap.writeInt(elements.size());
            id(heap, type);
            for (long element : elements) {
                id(heap, element);
            }
        });
    }

    void bytes(long id, byte... values) {
        write(() -> {
            heap.writeByte(HprofScan.PRIMITIVE_ARRAY);
            id(heap, id);
            heap.writeInt(0);
            heap.writeInt(values.length);
            heap.writeByte(8);
            heap.write(values);
        });
    }

    void root(RootKind kind, long id, int threadSerial, int frame) {
        write(() -> {
            heap.writeByte(
                    switch (kind) {
                        case CLASS -> 0x05;
                        case JNI_GLOBAL -> 0x01;
                        case UNKNOWN -> 0xff;
                        case THREAD -> 0x08;
                        case MONITOR -> 0x07;
                        case THREAD_BLOCK -> 0x06;
                        case JAVA_FRAME -> 0x03;
                        case JNI_LOCAL -> 0x02;
                        case NATIVE_STACK -> 0x04;
                    });
            id(heap, id);
            switch (kind) {
                case JNI_GLOBAL -> id(heap, 0);
                case THREAD, JAVA_FRAME, JNI_LOCAL -> {
                    heap.writeInt(threadSerial);
                    heap.writeInt(frame);
                }
                case THREAD_BLOCK, NATIVE_STACK -> heap.writeInt(threadSerial);
                case CLASS, UNKNOWN, MONITOR -> {}
            }
        });
    }

    void trace(int serial, int threadSerial, List<Long> frames) {
        record(HprofScan.TRACE, () -> {
            records.writeInt(serial);
            records.writeInt(threadSerial);
            records.writeInt(frames.size());
            for (long frame : frames) {
                id(records, frame);
            }
        });
    }

    void frame(long id, String method, String source, int classSerial, int line) {
        long methodId = string(method);
        long sourceId = string(source);
        long signature = string("()V");
        record(HprofScan.FRAME, () -> {
            id(records, id);
            id(records, methodId);
            id(records, signature);
            id(records, sourceId);
            records.writeInt(classSerial);
            records.writeInt(line);
        });
    }

    /** Ends the heap segment: objects written later go into another one. */
    void endSegment() {
        record(HprofScan.HEAP_SEGMENT, () -> records.write(heapBytes.toByteArray()));
        heapBytes.reset();
    }

    /** What has been written so far, for the beginning of a file. */
    byte[] takeBytes() {
        endSegment();
        byte[] bytes = top.toByteArray();
        top.reset();
        return bytes;
    }

    byte[] toBytes() {
        endSegment();
        record(HprofScan.HEAP_END, () -> {});
        return top.toByteArray();
    }

    Path writeTo(Path file) throws IOException {
        return Files.write(file, toBytes());
    }

    static List<Map.Entry<String, Long>> noStatics() {
        return new ArrayList<>();
    }
}
