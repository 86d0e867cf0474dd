package io.watertight.testing;

/** Placeholder until the real one arrives. */
public final class GcBarrier {
    private GcBarrier() {}

    static boolean await() {
        System.gc();
        System.gc();
        System.gc();
        return true;
    }
}
