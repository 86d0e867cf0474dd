package io.watertight.testing.internal.jdk;

import io.watertight.guards.Watertight;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Makes the garbage collector run, and waits until what it found is known here. */
final class Collector {
    private static final int ROUNDS = 3;
    private static final int ATTEMPTS = 20;
    private static final long PATIENCE_MILLIS = Duration.ofSeconds(30).toMillis();

    private Collector() {}

    /** One sentinel may overtake what was dropped with it; the third one cannot. */
    static void collect(JdkResources watch) throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            ReferenceQueue<Object> queue = new ReferenceQueue<>();
            PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), queue);
            try {
                System.gc();
                if (queue.remove(PATIENCE_MILLIS) == null) {
                    throw new AssertionError("this JVM does not collect on System.gc()");
                }
            } finally {
                Reference.reachabilityFence(sentinel);
            }
            watch.releaseCollected();
        }
        Watertight.pump();
    }

    /** Some resources are let go by threads of the JDK, which take their time: a bounded number of collections. */
    static boolean collectUntil(JdkResources watch, BooleanSupplier condition) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS && !condition.getAsBoolean(); attempt++) {
            collect(watch);
        }
        return condition.getAsBoolean();
    }
}
