package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Loaders that wait until they may go on, and those who wait for them. */
abstract class LoadingFixture {
    static final Duration LONG = Duration.ofMinutes(1);
    final AtomicInteger calls = new AtomicInteger();
    final ConcurrentLinkedQueue<Resource> made = new ConcurrentLinkedQueue<>();
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch gate = new CountDownLatch(1);

    LeasedCacheBuilder<String, Resource> cache() {
        return LeasedCache.<String, Resource>builder("loads").maximumSize(100).loadTimeout(LONG);
    }

    Resource make(String key) {
        Resource resource = new Resource(key);
        made.add(resource);
        return resource;
    }

    /** Waits until it may go on, and does not mind being interrupted. */
    Resource makeSlowly(String key, CacheLoad load) {
        calls.incrementAndGet();
        entered.countDown();
        boolean interrupted = false;
        while (true) {
            try {
                gate.await();
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return make(key);
            } catch (InterruptedException ignored) {
                interrupted = true;
            }
        }
    }

    static <T> FutureTask<T> start(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = new Thread(task, "waiter");
        thread.start();
        return task;
    }

    /** Waits on the condition, which other threads bring about. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("in time").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Starts so many threads, each with its number. */
    static List<FutureTask<String>> start(int threads, Numbered body) {
        return IntStream.range(0, threads)
                .mapToObj(i -> start(() -> body.call(i)))
                .toList();
    }

    @FunctionalInterface
    interface Numbered {
        String call(int number) throws Exception;
    }

    static List<String> results(List<FutureTask<String>> tasks) throws Exception {
        List<String> results = new ArrayList<>();
        for (FutureTask<String> task : tasks) {
            results.add(task.get());
        }
        return results;
    }
}
