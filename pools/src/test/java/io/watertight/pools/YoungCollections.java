package io.watertight.pools;

import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Drops leases of a pool in use, goes on allocating, and says what it took to find each. Never asks for a collection. */
final class YoungCollections {
    private static final long MOST_MEGABYTES = 20_000;
    static volatile Object sink;

    private YoungCollections() {}

    public static void main(String[] arguments) throws Exception {
        BlockingQueue<LeakReport> reports = new LinkedBlockingQueue<>();
        try (Lease<LeakListener> listening = Watertight.onLeak(reports::add);
                Pool<Object> pool =
                        Pool.builder("young").capacity(4).allocator(Object::new).build()) {
            for (int i = 0;
                    i < 500; // the first thousand acquisitions are attributed
                    i++) {
                pool.acquire(Duration.ofSeconds(10)).close();
            }
            dropAndFind(pool, reports);
            System.out.println("alive=" + pool.stats().alive() + " open=" + listening.isOpen());
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                System.out.println(collector.getName().replace(' ', '_') + "=" + collector.getCollectionCount());
            }
        }
    }

    private static void dropAndFind(Pool<Object> pool, BlockingQueue<LeakReport> reports) throws InterruptedException {
        long before = collections();
        long start = System.nanoTime();
        drop(pool);
        long megabytes = 0;
        while (reports.isEmpty() && megabytes++ < MOST_MEGABYTES) {
            for (int i = 0; i < 16; i++) {
                sink = new byte[1 << 16];
            }
        }
        System.out.println("found=" + reports.take().message());
        System.out.println("collections=" + (collections() - before) + " megabytes=" + megabytes + " millis="
                + (System.nanoTime() - start) / 1_000_000);
    }

    private static void drop(Pool<Object> pool) throws InterruptedException {
        if (!pool.acquire(Duration.ofSeconds(10)).isOpen()) {
            throw new AssertionError("closed");
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
