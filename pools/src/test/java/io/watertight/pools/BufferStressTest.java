package io.watertight.pools;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Random operations of several threads: nobody's bytes are written by anybody else, and no byte is lost. */
class BufferStressTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = 25_000;
    private static final int MOST_HELD = 6;
    private static final int MAX_BYTES = 5_000;

    /** Memory that one thread holds, by one or more handles, and that it has filled with one value. */
    private static final class Holding {
        final List<PooledBuffer> handles = new ArrayList<>();
        final byte mark;

        Holding(PooledBuffer first, byte mark) {
            this.mark = mark;
            handles.add(first);
            ByteBuffer buffer = first.buffer();
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, mark);
            }
        }

        PooledBuffer any(Random random) {
            return handles.get(random.nextInt(handles.size()));
        }

        void check(PooledBuffer handle) {
            ByteBuffer buffer = handle.buffer();
            for (int i = 0; i < buffer.capacity(); i++) {
                if (buffer.get(i) != mark) {
                    throw new AssertionError("byte " + i + " of " + buffer.capacity() + " was written by another");
                }
            }
        }

        void closeOne(Random random) {
            PooledBuffer handle = handles.remove(random.nextInt(handles.size()));
            check(handle);
            handle.close();
            refused(handle);
        }

        private static void refused(PooledBuffer stale) {
            try {
                stale.retain().close();
            } catch (IllegalStateException expected) {
                return;
            }
            throw new AssertionError("a stale handle was retained");
        }
    }

    private static final class Worker extends Thread {
        private final BufferPool pool;
        private final Random random;
        private final AtomicReference<Throwable> failure;
        private final List<Holding> held = new ArrayList<>();
        private final int number;

        Worker(BufferPool pool, int number, AtomicReference<Throwable> failure) {
            super("worker-" + number);
            this.pool = pool;
            this.number = number;
            this.random = new Random(4711 + number);
            this.failure = failure;
        }

        @Override
        public void run() {
            try {
                for (int i = 0; i < OPERATIONS; i++) {
                    step(i);
                }
                for (Holding holding : held) {
                    while (!holding.handles.isEmpty()) {
                        holding.closeOne(random);
                    }
                }
            } catch (Throwable wrong) {
                failure.compareAndSet(null, wrong);
            }
        }

        private void step(int i) {
            int what = random.nextInt(100);
            if (held.isEmpty() || (what < 35 && held.size() < MOST_HELD)) {
                PooledBuffer buffer = pool.tryAcquire(1 + random.nextInt(700));
                if (buffer != null) {
                    held.add(new Holding(buffer, (byte) (number * 60 + i % 60)));
                }
                return;
            }
            int index = random.nextInt(held.size());
            Holding holding = held.get(index);
            if (what < 50) {
                holding.handles.add(holding.any(random).retain());
            } else if (what < 60) {
                PooledBuffer of = holding.any(random);
                int from = random.nextInt(of.size() + 1);
                holding.handles.add(of.slice(from, random.nextInt(of.size() - from + 1)));
            } else if (what == 60) {
                pool.trim(random.nextDouble());
            } else {
                holding.closeOne(random);
                if (holding.handles.isEmpty()) {
                    held.remove(index);
                }
            }
        }
    }

    @Test
    void nobodySharesMemoryAndNoByteIsLost() throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        BufferPool pool = BufferPool.builder("stressed")
                .maxBytes(MAX_BYTES)
                .maxPooledBytes(512)
                .build();
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            workers.add(new Worker(pool, i, failure));
        }
        workers.forEach(Thread::start);
        for (Worker worker : workers) {
            worker.join();
        }

        BufferPoolStats stats = pool.stats();
        assertThat(failure).hasValue(null);
        assertThat(stats.leasedBytes()).isZero();
        assertThat(stats.handles()).isZero();
        assertThat(stats.retiredBytes()).isZero();
        assertThat(stats.writesAfterRelease()).isZero();
        assertThat(stats.redundantCloses()).isZero();
        assertThat(stats.idleBytes()).isLessThanOrEqualTo(MAX_BYTES);
        assertThat(stats.refused()).isPositive();
        assertThat(stats.unpooled()).isPositive();
        pool.close();
        assertThat(pool.stats().idleBytes()).isZero();
        assertThat(pool.stats().freed()).isEqualTo(pool.stats().allocated());
    }
}
