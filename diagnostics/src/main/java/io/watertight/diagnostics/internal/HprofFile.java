package io.watertight.diagnostics.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a heap dump: big-endian numbers at any position of a file of any size, mapped in segments. Every read is
 * checked against the end of the file. Not thread-safe.
 */
final class HprofFile implements AutoCloseable {
    /** One mapping is at most 2 GB; a power of two makes the arithmetic cheap. */
    static final int SEGMENT_BITS = 30;

    private static final String MAGIC = "JAVA PROFILE 1.0.";
    private static final int LONGEST_HEADER = 64;

    private final String name;
    private final long size;
    private final int segmentBits;
    private final int segmentMask;
    private final ByteBuffer[] segments;
    private final FileMapping mapping;
    private int idSize = 8;
    private long firstRecord;

    private HprofFile(Path path, int segmentBits, FileChannel channel) throws IOException {
        this.name = String.valueOf(path.getFileName());
        this.size = channel.size();
        this.segmentBits = segmentBits;
        this.segmentMask = (1 << segmentBits) - 1;
        this.segments = new ByteBuffer[Math.toIntExact((size >>> segmentBits) + 1)];
        this.mapping = new FileMapping(channel);
        try {
            for (int i = 0; i < segments.length; i++) {
                long start = (long) i << segmentBits;
                segments[i] = mapping.map(start, (int) Math.min(size - start, 1L << segmentBits));
            }
            readHeader();
        } catch (Throwable failure) {
            mapping.close();
            throw failure;
        }
    }

    static HprofFile open(Path path, int segmentBits) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new HprofFile(path, segmentBits, channel);
        }
    }

    private void readHeader() throws HprofException {
        int end = 0;
        while (end < Math.min(size, LONGEST_HEADER) && u1(end) != 0) {
            end++;
        }
        if (!text(0, end).startsWith(MAGIC)) {
            throw new HprofException(name, "it does not begin with '" + MAGIC + "'; only uncompressed HPROF is read");
        }
        idSize = s4(end + 1L);
        if (idSize != 4 && idSize != 8) {
            throw new HprofException(name, "identifiers of " + idSize + " bytes; HPROF has 4 or 8");
        }
        firstRecord = end + 1L + 4 + 8;
    }

    long size() {
        return size;
    }

    int idSize() {
        return idSize;
    }

    long firstRecord() {
        return firstRecord;
    }

    int u1(long at) throws HprofException {
        check(at, 1);
        return segments[(int) (at >>> segmentBits)].get((int) at & segmentMask) & 0xff;
    }

    int u2(long at) throws HprofException {
        return (u1(at) << 8) | u1(at + 1);
    }

    int s4(long at) throws HprofException {
        check(at, 4);
        int offset = (int) at & segmentMask;
        return offset <= segmentMask - 3
                ? segments[(int) (at >>> segmentBits)].getInt(offset)
                : (u2(at) << 16) | u2(at + 2);
    }

    long u4(long at) throws HprofException {
        return s4(at) & 0xffff_ffffL;
    }

    long s8(long at) throws HprofException {
        check(at, 8);
        int offset = (int) at & segmentMask;
        return offset <= segmentMask - 7
                ? segments[(int) (at >>> segmentBits)].getLong(offset)
                : (u4(at) << 32) | u4(at + 4);
    }

    long id(long at) throws HprofException {
        return idSize == 8 ? s8(at) : u4(at);
    }

    String text(long at, int length) throws HprofException {
        check(at, length);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) u1(at + i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Throws unless so many bytes follow. */
    void check(long at, long length) throws HprofException {
        if (at < 0 || length < 0 || at > size - length) {
            throw new HprofException(name, at, "the dump says " + length + " bytes follow, but it has only " + size);
        }
    }

    HprofException tooLarge(long objects, long heap) {
        return new HprofException(
                name,
                "it has more than " + objects + " objects, too many for the " + (heap >> 20)
                        + " MB of heap that are free to read it; give the JVM a larger heap (-Xmx)");
    }

    HprofException corrupt(long at, String problem) {
        return new HprofException(name, at, problem);
    }

    @Override
    public void close() {
        mapping.close();
    }
}
