package io.watertight.pools;

import java.nio.ByteBuffer;

/** What released memory is filled with in STRICT, so that a write after the release is seen. */
final class Canary {
    /** No byte of it is zero, and no two neighbours are alike, so that a text or a number written over it differs. */
    private static final long PATTERN = 0xA5C3_965A_B4D2_87E1L;

    private Canary() {}

    static void fill(ByteBuffer memory, int bytes) {
        int words = bytes & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            memory.putLong(i, PATTERN);
        }
        for (int i = words; i < bytes; i++) {
            memory.put(i, byteAt(i));
        }
    }

    static void zero(ByteBuffer memory, int bytes) {
        int words = bytes & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            memory.putLong(i, 0);
        }
        for (int i = words; i < bytes; i++) {
            memory.put(i, (byte) 0);
        }
    }

    /** Where the first byte is that was written since {@link #fill}, or -1. */
    static int firstChange(ByteBuffer memory, int bytes) {
        int words = bytes & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            if (memory.getLong(i) != PATTERN) {
                return firstChangedByte(memory, i, i + Long.BYTES);
            }
        }
        return firstChangedByte(memory, words, bytes);
    }

    private static int firstChangedByte(ByteBuffer memory, int from, int to) {
        for (int i = from; i < to; i++) {
            if (memory.get(i) != byteAt(i)) {
                return i;
            }
        }
        return -1;
    }

    private static byte byteAt(int index) {
        return (byte) (PATTERN >>> (Long.SIZE - Byte.SIZE - Byte.SIZE * (index % Long.BYTES)));
    }
}
