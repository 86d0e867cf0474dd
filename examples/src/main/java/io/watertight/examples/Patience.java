package io.watertight.examples;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, never longer than it was told. */
final class Patience {
    static final Duration LONG = Duration.ofSeconds(20);
    /** How long a resource may be held, in the wards that are about resources held too long. */
    static final Duration LIMIT = Duration.ofMillis(500);
    /** The same for the fixed programs: a machine that is busy must not make them late. */
    static final Duration LIMIT_WHEN_FIXED = Duration.ofSeconds(10);

    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private Patience() {}

    /** Waits until the condition holds; false if the time is over first. */
    static boolean until(BooleanSupplier condition, Duration limit) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start >= limit.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    /** Asks for one collection; always false, as a part of a condition. */
    static boolean collectOnce() {
        System.gc();
        return false;
    }

    /**
     * Waits until the garbage collector has collected what is garbage now, and all who asked for it have been told.
     *
     * <p>One thread of the JVM tells them, one collection after the other. So when it has told of the second collection,
     * it is done with the first.
     */
    static void collect() {
        for (int round = 0; round < 2; round++) {
            ReferenceQueue<Object> told = new ReferenceQueue<>();
            WeakReference<Object> canary = new WeakReference<>(new Object(), told);
            if (!until(() -> collectOnce() || told.poll() == canary, LONG)) {
                throw new IllegalStateException("System.gc() collects nothing; run without -XX:+DisableExplicitGC");
            }
        }
    }
}
