package io.watertight.pools;

/** The settings of a buffer pool, checked. */
record BufferSettings(
        String name,
        long maxBytes,
        int maxRequestBytes,
        int maxPooledBytes,
        long maxIdleBytesPerSize,
        long maxRetiredBytes,
        int trimAfterTicks) {}
