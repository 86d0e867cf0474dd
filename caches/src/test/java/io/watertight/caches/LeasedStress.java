package io.watertight.caches;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Does at random all that can be done to a cache, on several threads, with loaders, weighers and values that throw, and counts:
 * what was opened was closed once, and nothing was used after its close.
 */
final class LeasedStress {
    private static final int THREADS = 4;
    private static final int KEYS = 200;
    private static final int KEPT = 6;

    final AtomicLong opened = new AtomicLong();
    final AtomicLong closed = new AtomicLong();
    final AtomicLong closedTwice = new AtomicLong();
    final AtomicLong usedAfterClose = new AtomicLong();
    final AtomicLong detached = new AtomicLong();

    private final long operations;
    private final long seed;

    LeasedStress(long operations, long seed) {
        this.operations = operations;
        this.seed = seed;
    }

    /** A value that knows whether it is open. */
    final class Value implements AutoCloseable {
        private final boolean bad;
        private final AtomicLong closes = new AtomicLong();

        Value(boolean bad) {
            this.bad = bad;
            opened.incrementAndGet();
        }

        void use() {
            if (closes.get() != 0) {
                usedAfterClose.incrementAndGet();
            }
        }

        @Override
        public void close() {
            if (closes.incrementAndGet() == 1) {
                closed.incrementAndGet();
            } else {
                closedTwice.incrementAndGet();
            }
            if (bad) {
                throw new IllegalStateException("told to fail");
            }
        }
    }

    private @Nullable Value load(CacheLoad load, SplittableRandom random) throws Exception {
        int what;
        synchronized (random) {
            what = random.nextInt(100);
        }
        if (what < 2) {
            throw new IllegalStateException("told to fail");
        }
        if (what < 4) {
            return null;
        }
        if (what < 6) {
            LockSupport.parkNanos(200_000); // so that some are cancelled
        }
        if (what < 8) {
            load.timeToLive(Duration.ofMillis(1));
        }
        return new Value(what < 10);
    }

    /** Runs all; a line for each sum that does not add up. */
    List<String> run() throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom loads = random.split();
        LeasedCache<Integer, Value> cache = LeasedCache.<Integer, Value>builder("stress")
                .maximumWeight(100, (key, value) -> {
                    if (key % 97 == 96) {
                        throw new IllegalStateException("cannot be weighed");
                    }
                    return 1 + key % 2;
                })
                .maxOpen(160)
                .maxInFlight(8)
                .timeToLive(Duration.ofMillis(50))
                .defence(LoadDefence.<Integer>builder("stress").build())
                .loader((key, load) -> load(load, loads))
                .build();
        List<FutureTask<Object>> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = random.split();
            Callable<Object> body = () -> work(cache, own, operations / THREADS);
            FutureTask<Object> worker = new FutureTask<>(body);
            workers.add(worker);
            new Thread(worker, "stress-" + i).start();
        }
        List<String> wrong = new ArrayList<>();
        for (FutureTask<Object> worker : workers) {
            try {
                worker.get();
            } catch (ExecutionException failure) {
                wrong.add("a worker failed: " + failure.getCause());
            }
        }
        LeasedCacheStats last = cache.stats();
        CacheCloseReport report = cache.close(Duration.ofSeconds(60));
        check(wrong, "complete: " + report, report.complete());
        check(wrong, "leases are left: " + last, last.leases() == 0);
        check(
                wrong,
                "opened " + opened + ", closed " + closed + ", detached " + detached,
                opened.get() == closed.get());
        check(wrong, "closed twice: " + closedTwice, closedTwice.get() == 0);
        check(wrong, "used after close: " + usedAfterClose, usedAfterClose.get() == 0);
        LeasedCacheStats end = cache.stats();
        check(wrong, "places are lost: " + end, end.open() == 0 && end.inFlight() == 0);
        return wrong;
    }

    private static void check(List<String> wrong, String what, boolean holds) {
        if (!holds) {
            wrong.add(what);
        }
    }

    private Object work(LeasedCache<Integer, Value> cache, SplittableRandom random, long times) throws Exception {
        Deque<CacheLease<Value>> kept = new ArrayDeque<>();
        for (long i = 0; i < times; i++) {
            Integer key = random.nextInt(KEYS);
            try {
                operate(cache, random, key, kept);
            } catch (LoadFailedException | LoadTimeoutException | LoadRefusedException expected) {
                // The next one may do better; what is kept must not block it.
                closeAll(kept);
            } catch (InterruptedException mine) {
                // It was told to.
            }
        }
        closeAll(kept);
        return "done";
    }

    private static void closeAll(Deque<CacheLease<Value>> kept) {
        while (!kept.isEmpty()) {
            kept.poll().close();
        }
    }

    private void operate(
            LeasedCache<Integer, Value> cache, SplittableRandom random, Integer key, Deque<CacheLease<Value>> kept)
            throws InterruptedException {
        int what = random.nextInt(1_000);
        if (what < 500) {
            cache.with(key, value -> {
                value.use();
                return null;
            });
        } else if (what < 700) {
            keep(cache.acquire(key), kept);
        } else if (what < 800) {
            keep(cache.acquireIfPresent(key), kept);
        } else if (what < 850) {
            keep(cache.acquire(key, Duration.ofNanos(random.nextInt(300_000))), kept);
        } else if (what < 900) {
            put(cache, key, random.nextInt(20) == 0);
        } else if (what < 930) {
            Value mine = new Value(false);
            boolean taken = false;
            try {
                taken = cache.putIfAbsent(key, mine);
            } catch (IllegalStateException unweighable) {
                // It stays mine.
            } finally {
                if (!taken) {
                    mine.close();
                }
            }
        } else if (what < 970) {
            cache.invalidate(key);
        } else if (what < 980) {
            detach(cache.acquireIfPresent(key));
        } else if (what < 990) {
            Thread.currentThread().interrupt();
            try {
                keep(cache.acquire(key), kept);
            } finally {
                Thread.interrupted();
            }
        } else if (what < 995) {
            cache.trim(random.nextDouble() * 0.2);
        } else {
            cache.stats();
        }
    }

    private void put(LeasedCache<Integer, Value> cache, Integer key, boolean bad) throws InterruptedException {
        try {
            cache.put(key, new Value(bad));
        } catch (IllegalStateException unweighable) {
            // It was closed.
        }
    }

    private void detach(@Nullable CacheLease<Value> lease) {
        if (lease == null) {
            return;
        }
        Value value;
        try {
            value = lease.detach();
        } catch (IllegalStateException shared) {
            lease.close();
            return;
        }
        detached.incrementAndGet();
        value.use();
        try {
            value.close();
        } catch (IllegalStateException bad) {
            // It was told to.
        }
    }

    private static void keep(@Nullable CacheLease<Value> lease, Deque<CacheLease<Value>> kept) {
        if (lease == null) {
            return;
        }
        lease.get().use();
        kept.add(lease);
        if (kept.size() > KEPT) {
            CacheLease<Value> oldest = Objects.requireNonNull(kept.poll());
            oldest.get().use();
            oldest.close();
        }
    }
}
