package io.watertight.caches;

/** Varies the times to live of entries that were loaded together, so that they are not loaded together again. */
final class Jitter {
    private Jitter() {}

    /**
     * Lengthens or shortens a time by up to a share of it, always the same for the same key and seed.
     *
     * @param nanos positive; at {@link Arguments#LONGEST_NANOS} it is for ever, and stays
     * @param share 0 to less than 1
     * @return at least 1
     */
    static long vary(long nanos, double share, int keyHash, int seed) {
        if (share == 0 || nanos >= Arguments.LONGEST_NANOS) {
            return nanos;
        }
        long mixed = (keyHash ^ (long) seed << 32) * 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        double unit = ((mixed ^ mixed >>> 32) >>> 11) * 0x1p-53; // 0 to 1
        return Math.max(1, (long) (nanos * (1 + share * (2 * unit - 1))));
    }
}
