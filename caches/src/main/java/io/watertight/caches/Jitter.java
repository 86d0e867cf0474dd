package io.watertight.caches;

/** Spreads the times to live of entries that were loaded together, so that they are not loaded together again. */
final class Jitter {
    private Jitter() {}

    /**
     * Lengthens or shortens a time by up to a share of it, always the same for the same hash.
     *
     * @param share 0 to less than 1
     * @return at least 1, for a time of 1 or more
     */
    static long spread(long nanos, double share, int hash) {
        int mixed = hash * 0x9E37_79B9;
        mixed = (mixed ^ mixed >>> 15) * 0x85EB_CA6B;
        double part = ((mixed ^ mixed >>> 13) / (double) (1L << 31)) * share; // -share to share
        return nanos <= 0 ? nanos : Math.max(1, nanos + (long) (nanos * part));
    }
}
