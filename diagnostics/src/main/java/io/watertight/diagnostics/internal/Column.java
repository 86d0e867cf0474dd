package io.watertight.diagnostics.internal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A fixed number of unsigned values, four bytes each if the largest one fits, else eight. */
final class Column {
    private final int @Nullable [] ints;
    private final long[] longs;

    Column(int size, long largest) {
        boolean small = largest <= 0xffff_ffffL;
        this.ints = small ? new int[size] : null;
        this.longs = small ? new long[0] : new long[size];
    }

    long get(int i) {
        return ints == null ? longs[i] : ints[i] & 0xffff_ffffL;
    }

    void set(int i, long value) {
        if (ints == null) {
            longs[i] = value;
        } else {
            ints[i] = (int) value;
        }
    }

    void sort() {
        if (ints == null) {
            Arrays.sort(longs);
        } else {
            flip(ints); // the order of int is that of unsigned values with the highest bit turned
            Arrays.sort(ints);
            flip(ints);
        }
    }

    private static void flip(int[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] ^= Integer.MIN_VALUE;
        }
    }
}
