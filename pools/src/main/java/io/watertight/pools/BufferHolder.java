package io.watertight.pools;

/**
 * What is out from one place in a program.
 *
 * @param site where the buffers were acquired
 * @param buffers handles open
 * @param bytes the sum of their sizes; a retained buffer or a slice counts for itself
 */
public record BufferHolder(String site, long buffers, long bytes) {
    @Override
    public String toString() {
        return buffers + " x, " + bytes + " bytes in all, acquired at " + site;
    }
}
