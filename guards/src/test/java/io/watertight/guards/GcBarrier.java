package io.watertight.guards;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Waits until the collector has found, and has put into their queues, all references whose referents were unreachable when
 * {@link #await()} was called.
 *
 * <p>One sentinel is not enough: a collector may find a sentinel before, or hand it over in the middle of, the rest. The
 * JVM's reference handler finishes the list it has before it takes the next, so when a second sentinel, made after the
 * first had arrived, has arrived, everything found together with the first one is in its queue. With an explicit GC that
 * runs concurrently, the first one may still have been found by a collection that began earlier; hence a third.
 *
 * <p>A local variable of the calling method may keep its object alive: drop what shall be collected in a method of its own.
 */
final class GcBarrier {
    static final int ROUNDS = 3;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final long NEXT_COLLECTION_MILLIS = 1_000;

    private GcBarrier() {}

    static void await() {
        for (int round = 0; round < ROUNDS; round++) {
            awaitSentinel();
        }
    }

    private static void awaitSentinel() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), queue);
        long start = System.nanoTime();
        try {
            do {
                System.gc();
                if (queue.remove(NEXT_COLLECTION_MILLIS) != null) {
                    return;
                }
            } while (System.nanoTime() - start < PATIENCE_NANOS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the collector", stop);
        } finally {
            Reference.reachabilityFence(sentinel);
        }
        throw new IllegalStateException("this JVM does not collect on System.gc()");
    }

    /** Collects until a condition holds, for a bounded number of barriers; says whether it did. */
    static boolean awaitUntil(BooleanSupplier condition) {
        for (int attempt = 0; attempt < 10 && !condition.getAsBoolean(); attempt++) {
            await();
        }
        return condition.getAsBoolean();
    }
}
