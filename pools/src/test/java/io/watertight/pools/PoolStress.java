package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Many threads do everything a pool offers at random, with time-outs, interrupts, failures and errors; in the end the books
 * must balance to the object.
 */
final class PoolStress {
    private static final int LARGEST = 12;

    private final ConcurrentLinkedQueue<Shared> made = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong stale = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong leases = new AtomicLong();
    private final AtomicInteger detached = new AtomicInteger();
    private final Pool<Shared> pool;
    private final int threads;
    private final long operations;
    private final long seed;

    PoolStress(int threads, long operations, long seed) {
        this.threads = threads;
        this.operations = operations;
        this.seed = seed;
        this.pool = Pool.builder("stress")
                .capacity(3)
                .allocator(new Maker(seed))
                .concurrentCalls(2)
                .backOff(Duration.ofNanos(1), Duration.ofNanos(1))
                .maxLifetime(Duration.ofSeconds(1))
                .maxIdle(Duration.ofMillis(300))
                .validateEvery(Duration.ofMillis(200))
                .reset(shared -> {
                    if (shared.random.nextInt(500) == 0) {
                        throw new IOException("reset");
                    }
                })
                .build();
    }

    /** Knows who uses it, and how often it was ended. */
    private static final class Shared {
        final AtomicInteger users = new AtomicInteger();
        final AtomicInteger ends = new AtomicInteger();
        final Random random; // only its user, or the pool, uses it
        boolean detached;

        Shared(long seed) {
            random = new Random(seed);
        }
    }

    private final class Maker implements Allocator<Shared> {
        private final Random random;

        Maker(long seed) {
            random = new Random(seed);
        }

        @Override
        public Shared create() throws Exception {
            Shared shared;
            synchronized (this) {
                int chance = random.nextInt(100);
                if (chance == 0) {
                    throw new StackOverflowError("create");
                }
                if (chance < 5) {
                    throw new IOException("create");
                }
                shared = new Shared(random.nextLong());
            }
            made.add(shared);
            return shared;
        }

        @Override
        public boolean isValid(Shared shared) {
            return check(shared, () -> shared.random.nextInt(10) != 0);
        }

        @Override
        public void destroy(Shared shared) throws IOException {
            if (shared.users.get() != 0 || shared.ends.incrementAndGet() != 1) {
                wrong.add(new AssertionError("destroyed while used, or again"));
            }
            if (shared.ends.get() % 2 == 0) {
                throw new IOException("destroy");
            }
        }
    }

    private <R> R check(Shared shared, Supplier<R> use) {
        if (shared.users.incrementAndGet() != 1 || shared.ends.get() != 0) {
            wrong.add(new AssertionError(
                    "two users, or used after its end: users=" + shared.users + " ends=" + shared.ends));
        }
        R result = use.get();
        shared.users.decrementAndGet();
        return result;
    }

    /** Runs, and checks that the books balance. */
    void run(ThreadFactory factory) throws InterruptedException {
        List<Thread> running = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Random random = new Random(seed + i);
            running.add(factory.newThread(() -> {
                for (long n = 0; n < operations / threads; n++) {
                    operate(random);
                }
                ended.countDown();
            }));
        }
        running.forEach(Thread::start);
        Random random = new Random(seed);
        while (!ended.await(1, TimeUnit.MILLISECONDS)) {
            running.get(random.nextInt(threads)).interrupt();
            disturb(random);
        }
        for (Thread thread : running) {
            thread.join();
        }
        settle();
    }

    private void disturb(Random random) {
        switch (random.nextInt(40)) {
            case 0, 1, 2 -> pool.resize(1 + random.nextInt(LARGEST));
            case 3 -> pool.evict(shared -> shared.random.nextInt(3) == 0);
            case 4 -> pool.replaceAllocator(new Maker(random.nextLong()));
            case 5 -> {
                pool.suspend();
                pool.resume();
            }
            default -> {}
        }
    }

    private void operate(Random random) {
        try {
            Duration timeout = Duration.ofNanos(random.nextInt(300_000));
            switch (random.nextInt(10)) {
                case 0 -> ticket(random, timeout);
                case 1 -> with(random, timeout);
                case 2 -> use(random, pool.tryAcquire());
                case 3 -> async(random, timeout);
                default -> use(random, pool.acquire(timeout));
            }
        } catch (PoolTimeoutException | InterruptedException expected) {
            Thread.interrupted();
        } catch (Throwable unexpected) {
            wrong.add(unexpected);
        }
    }

    private void async(Random random, Duration timeout) {
        CompletableFuture<PoolLease<Shared>> future = pool.acquireAsync(
                timeout, task -> task.run()); // runs on whoever serves it, which nothing may depend on
        if (!future.cancel(false) && !future.isCompletedExceptionally()) {
            use(random, future.join());
        }
    }

    private void ticket(Random random, Duration timeout) throws InterruptedException {
        long ticket = pool.acquireTicket(timeout);
        leases.incrementAndGet();
        check(pool.get(ticket), () -> null);
        if (random.nextInt(50) == 0) {
            pool.invalidate(ticket, new IOException());
        } else {
            pool.release(ticket);
        }
        if (random.nextInt(4) == 0) {
            expectRefused(() -> pool.release(ticket));
        }
    }

    private void with(Random random, Duration timeout) throws InterruptedException {
        boolean fails = random.nextInt(10) == 0;
        try {
            pool.with(timeout, shared -> {
                leases.incrementAndGet();
                check(shared, () -> null);
                if (fails) {
                    throw new IOException("use");
                }
                return null;
            });
        } catch (IOException expected) {
            assertThat(fails).isTrue();
        }
    }

    private void use(Random random, @Nullable PoolLease<Shared> lease) {
        if (lease == null) {
            return;
        }
        leases.incrementAndGet();
        check(lease.get(), () -> null);
        switch (random.nextInt(20)) {
            case 0 -> lease.invalidate(new IOException());
            case 1 -> {
                lease.detach().detached = true;
                detached.incrementAndGet();
            }
            case 2 -> lease.handOver().close();
            default -> lease.close();
        }
        if (random.nextInt(4) == 0) {
            expectRefused(lease::get);
        }
    }

    private void expectRefused(Runnable staleUse) {
        stale.incrementAndGet();
        try {
            staleUse.run();
        } catch (IllegalStateException expected) {
            refused.incrementAndGet();
        }
    }

    private void settle() throws InterruptedException {
        PoolStats before = pool.stats();
        assertThat(wrong).isEmpty();
        assertThat(refused).hasValue(stale.get());
        assertThat(before.waiting()).isZero();
        assertThat(before.leased()).isZero();

        DrainReport drained = pool.drain(Duration.ofSeconds(60));

        PoolStats after = pool.stats();
        assertThat(drained.complete()).as(drained.toString()).isTrue();
        assertThat(wrong).isEmpty();
        assertThat(after.alive()).isZero();
        assertThat(after.leases()).isGreaterThanOrEqualTo(leases.get()); // and those that were taken and cancelled
        assertThat(after.abandoned()).isZero();
        assertThat(after.detached()).isEqualTo(detached.get());
        assertThat(made).allSatisfy(shared -> assertThat(shared.ends).hasValue(shared.detached ? 0 : 1));
        assertThat(after.created()).isEqualTo(made.size());
        assertThat(after.destroyedInAll() + after.detached()).isEqualTo(made.size());
    }
}
