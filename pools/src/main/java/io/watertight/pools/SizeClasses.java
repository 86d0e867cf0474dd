package io.watertight.pools;

/**
 * The sizes that buffers are kept in: 256 bytes, and from there four to each doubling (256, 320, 384, 448, 512, 640...). So a
 * request gets less than a quarter more than it asked for, beyond the smallest size.
 */
final class SizeClasses {
    static final int SMALLEST = 256;
    static final int LARGEST = 1 << 30;

    private static final int SMALLEST_LOG = 8;
    private static final int STEPS_LOG = 2;
    private static final int STEPS = 1 << STEPS_LOG;

    private SizeClasses() {}

    /** The class of the smallest size that holds so many bytes, which are 1 to {@link #LARGEST}. */
    static int indexOf(int bytes) {
        if (bytes <= SMALLEST) {
            return 0;
        }
        int last = bytes - 1;
        int log = 31 - Integer.numberOfLeadingZeros(last);
        return (log - SMALLEST_LOG) * STEPS + ((last >>> (log - STEPS_LOG)) & (STEPS - 1)) + 1;
    }

    static int sizeOf(int index) {
        if (index == 0) {
            return SMALLEST;
        }
        int log = (index - 1) / STEPS + SMALLEST_LOG;
        int step = (index - 1) % STEPS;
        return (STEPS + step + 1) << (log - STEPS_LOG);
    }
}
