package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A pool of things on manual books, which is closed with everything in it. */
final class PoolFixture implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(30);

    final Things things = new Things();
    final ManualBooks books = new ManualBooks();
    final BoundedPool<Thing> pool;
    final PoolCore<Thing> core;

    PoolFixture(int capacity, UnaryOperator<PoolBuilder<Thing>> options) {
        PoolBuilder<Thing> builder = Pool.builder("things").capacity(capacity).allocator(things);
        pool = BoundedPool.open(new PoolSettings<>(options.apply(builder)), books::opened);
        core = pool.core();
    }

    PoolFixture(int capacity) {
        this(capacity, builder -> builder);
    }

    /** Something that knows how often it was ended. */
    static final class Thing {
        final int number;
        final AtomicInteger ends = new AtomicInteger();
        final CountDownLatch ended = new CountDownLatch(1);
        volatile boolean valid = true;
        volatile boolean dirty;
        volatile long cost;

        Thing(int number) {
            this.number = number;
        }
    }

    /** Makes things, and may fail or hang in every way. */
    static final class Things implements Allocator<Thing> {
        final List<Thing> made = new ArrayList<>();
        private @Nullable Throwable failure;

        synchronized void failWith(@Nullable Throwable next) {
            failure = next;
        }

        @Override
        public synchronized Thing create() throws Exception {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw (Exception) failure;
            }
            Thing thing = new Thing(made.size());
            made.add(thing);
            return thing;
        }

        @Override
        public boolean isValid(Thing thing) {
            return thing.valid;
        }

        @Override
        public void destroy(Thing thing) {
            thing.ends.incrementAndGet();
            thing.ended.countDown();
        }

        synchronized List<Thing> made() {
            return List.copyOf(made);
        }
    }

    /** Waits until something is so that changes under the core lock. */
    void await(BooleanSupplier condition) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(30);
        core.lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                assertThat(left)
                        .as("nanoseconds left to wait; " + core.monitor.stats())
                        .isPositive();
                left = core.changed.awaitNanos(left);
            }
        } finally {
            core.lock.unlock();
        }
    }

    /** Waits until a thing was ended; what ends it signals nothing afterwards. */
    void awaitEnd(Thing thing) throws InterruptedException {
        assertThat(thing.ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    PoolLease<Thing> acquire() throws InterruptedException {
        return pool.acquire(LONG);
    }

    @Override
    public void close() {
        pool.close();
    }
}
