package io.watertight.pools;

/**
 * The numbers of a buffer pool at one moment; while others use it, they need not add up. Bytes are those of whole blocks, not
 * of what was asked for.
 *
 * @param maxBytes the most bytes that may be leased and idle together
 * @param leasedBytes bytes out
 * @param idleBytes bytes kept for the next user
 * @param retiredBytes bytes that were leaked, or written after their release, and are not ended yet
 * @param handles handles open, slices among them
 * @param acquired handles given out since the start, slices among them; as far as the level counts them
 * @param allocated blocks made
 * @param freed blocks freed, or let go of
 * @param unpooled requests that were larger than what is kept
 * @param refused requests that did not fit into the bound
 * @param leaked blocks whose handles were dropped
 * @param writesAfterRelease blocks that were written after their release; STRICT only
 * @param redundantCloses second closes of a handle; as far as the level counts them
 */
public record BufferPoolStats(
        long maxBytes,
        long leasedBytes,
        long idleBytes,
        long retiredBytes,
        long handles,
        long acquired,
        long allocated,
        long freed,
        long unpooled,
        long refused,
        long leaked,
        long writesAfterRelease,
        long redundantCloses) {}
