package io.watertight.benchmarks;

import io.watertight.pools.Pool;
import io.watertight.pools.PoolLease;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Our pool, in its three forms of use. */
final class WatertightContenders {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private WatertightContenders() {}

    private abstract static class Ours implements PoolContender {
        final List<PooledThing> things = new CopyOnWriteArrayList<>();
        final Pool<PooledThing> pool;

        Ours(String name, int capacity) throws InterruptedException {
            List<PooledThing> made = things;
            pool = Pool.builder(name)
                    .capacity(capacity)
                    .allocator(() -> {
                        PooledThing thing = new PooledThing();
                        made.add(thing);
                        return thing;
                    })
                    .prefill(capacity)
                    .build();
            pool.awaitReady(PATIENCE);
        }

        @Override
        public final List<PooledThing> things() {
            return things;
        }

        @Override
        public final void close() {
            pool.close();
        }
    }

    static final class Leasing extends Ours {
        Leasing(String name, int capacity) throws InterruptedException {
            super(name, capacity);
        }

        @Override
        public void cycle(PoolWork work) throws InterruptedException {
            try (PoolLease<PooledThing> lease = pool.acquire(PATIENCE)) {
                work.use(lease.get());
            }
        }
    }

    static final class Ticketing extends Ours {
        Ticketing(int capacity) throws InterruptedException {
            super("tracked", capacity);
        }

        @Override
        public void cycle(PoolWork work) throws InterruptedException {
            long ticket = pool.acquireTicket(PATIENCE);
            try {
                work.use(pool.get(ticket));
            } finally {
                pool.release(ticket);
            }
        }
    }

    static final class With extends Ours {
        With(int capacity) throws InterruptedException {
            super("tracked", capacity);
        }

        @Override
        public void cycle(PoolWork work) throws InterruptedException {
            pool.with(PATIENCE, work);
        }
    }
}
