package io.watertight.benchmarks;

import org.openjdk.jmh.annotations.CompilerControl;

/**
 * What is opened and closed: it has nothing but a cleanup, which is the same call for everybody and is never inlined.
 *
 * <p>It is its own cleanup object, as the documentation of {@link java.lang.ref.Cleaner} recommends, so that no peer has
 * to allocate a lambda. Confined to one thread; others may read the count after that thread ended.
 */
final class Resource implements Runnable {
    /** The count has cache lines to itself: two threads' resources may lie side by side. */
    private static final int PADDING = 32;

    private final long[] releases = new long[2 * PADDING];

    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    void release() {
        releases[PADDING]++;
    }

    @Override
    public void run() {
        release();
    }

    long releases() {
        return releases[PADDING];
    }
}
