package io.watertight.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** Measures one pool in one situation, in a JVM of its own that {@link PoolTable} starts, and prints one line. */
final class PoolCell {
    private static final int BATCH = 1_000;
    private static final int WARM_WINDOWS = 2;
    private static final int WINDOWS = 2;
    private static final long HOLD_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long END_SECONDS = 60;

    /** What is measured. */
    enum Situation {
        /** More objects than threads, which do nothing else. */
        UNCONTENDED(16),
        /** Many threads hold few objects for a while. */
        CONTENDED(4),
        /** The same with virtual threads. */
        CONTENDED_VIRTUAL(4),
        /** One thread waits, another releases. */
        LATENCY(1);

        final int capacity;

        Situation(int capacity) {
            this.capacity = capacity;
        }
    }

    private final PoolContender pool;
    private final int threads;
    private final long windowNanos;
    private volatile boolean measuring;
    private volatile boolean over;

    private PoolCell(PoolContender pool, int threads, long windowNanos) {
        this.pool = pool;
        this.threads = threads;
        this.windowNanos = windowNanos;
    }

    public static void main(String[] args) throws Exception {
        Situation situation = Situation.valueOf(args[1]);
        PoolContender pool = PoolContenders.make(args[0], situation.capacity);
        PoolCell cell =
                new PoolCell(pool, Integer.parseInt(args[2]), TimeUnit.MILLISECONDS.toNanos(Long.parseLong(args[3])));
        String result = switch (situation) {
            case UNCONTENDED -> cell.uncontended();
            case CONTENDED -> cell.contended(Thread::new);
            case CONTENDED_VIRTUAL -> cell.contended(Virtual.threads());
            case LATENCY -> cell.latency();
        };
        System.out.println(Fork.PREFIX + result);
        pool.close();
        System.exit(0); // a peer's threads must not keep the JVM
    }

    /** A thread that works until the end, and counts. Others read its count while it runs. */
    private abstract static class Worker extends PoolWork implements Runnable {
        private static final int PADDING = 16;

        private final AtomicLongArray count = new AtomicLongArray(2 * PADDING);
        volatile Throwable failure;

        abstract void work() throws Exception;

        @Override
        public final void run() {
            try {
                work();
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }

        final void counted(long operations) {
            count.set(PADDING, operations);
        }

        final long operations() {
            return count.get(PADDING);
        }
    }

    private final class Toucher extends Worker {
        @Override
        void work() throws Exception {
            long operations = 0;
            while (!over) {
                for (int i = 0; i < BATCH; i++) {
                    pool.cycle(this);
                }
                operations += BATCH;
                counted(operations);
            }
        }

        @Override
        void use(PooledThing thing) {
            thing.touch();
        }
    }

    private String uncontended() throws Exception {
        List<Toucher> workers = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Toucher worker = new Toucher();
            workers.add(worker);
            running.add(new Thread(worker, "worker-" + i));
        }
        running.forEach(Thread::start);
        double cpu = Double.MAX_VALUE;
        double bytes = Double.MAX_VALUE;
        for (int window = 0; window < WARM_WINDOWS + WINDOWS; window++) {
            long cpuBefore = processCpu();
            long bytesBefore = allocated(running);
            long before = sum(workers);
            TimeUnit.NANOSECONDS.timedJoin(running.get(0), windowNanos);
            long operations = sum(workers) - before;
            if (window >= WARM_WINDOWS) {
                cpu = Math.min(cpu, (double) (processCpu() - cpuBefore) / operations);
                bytes = Math.min(bytes, (double) (allocated(running) - bytesBefore) / operations);
            }
        }
        end(running, workers);
        return String.format(Locale.ROOT, "cpu=%.2f bytes=%.2f lost=%d", cpu, bytes, lost(workers));
    }

    private final class Holder extends Worker {
        private long asked;
        private long operations;
        private boolean measured;
        /** The longest wait that ended since the measurement began; it may have begun before. */
        long longest;

        @Override
        void work() throws Exception {
            while (!over) {
                asked = System.nanoTime();
                pool.cycle(this);
                operations++;
                counted(operations);
            }
        }

        @Override
        void use(PooledThing thing) {
            if (measured != measuring) {
                measured = measuring;
                longest = 0;
            }
            longest = Math.max(longest, System.nanoTime() - asked);
            LockSupport.parkNanos(HOLD_NANOS);
            thing.touch();
        }
    }

    private String contended(ThreadFactory factory) throws Exception {
        List<Holder> workers = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Holder worker = new Holder();
            workers.add(worker);
            running.add(factory.newThread(worker));
        }
        running.forEach(Thread::start);
        TimeUnit.NANOSECONDS.timedJoin(running.get(0), windowNanos / 2);
        measuring = true;
        long[] before = workers.stream().mapToLong(Worker::operations).toArray();
        long cpuBefore = processCpu();
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.timedJoin(running.get(0), windowNanos);
        double seconds = (System.nanoTime() - start) / 1e9;
        long cpu = processCpu() - cpuBefore;
        long[] each = workers.stream().mapToLong(Worker::operations).toArray();
        Arrays.setAll(each, i -> each[i] - before[i]);
        end(running, workers);
        long operations = Arrays.stream(each).sum();
        return String.format(
                Locale.ROOT,
                "cpu=%.2f throughput=%.0f longest=%.1f least=%d most=%d lost=%d",
                (double) cpu / operations,
                operations / seconds,
                workers.stream().mapToLong(worker -> worker.longest).max().orElse(0) / 1e6,
                Arrays.stream(each).min().orElse(0),
                Arrays.stream(each).max().orElse(0),
                lost(workers));
    }

    /** Waits for the only object whenever it is told to, and takes the time when it has it. */
    private final class Asker extends Worker {
        final Semaphore go = new Semaphore(0);
        final Semaphore done = new Semaphore(0);
        volatile boolean asking;
        volatile long gotAt;

        @Override
        void work() throws Exception {
            for (go.acquire(); !over; go.acquire()) {
                asking = true;
                pool.cycle(this);
                asking = false;
                done.release();
            }
        }

        @Override
        void use(PooledThing thing) {
            gotAt = System.nanoTime();
            thing.touch();
        }
    }

    /** Holds the only object until the other is blocked. */
    private static final class Releaser extends PoolWork {
        private final Asker asker;
        private final Thread other;
        long releasedAt;

        Releaser(Asker asker, Thread other) {
            this.asker = asker;
            this.other = other;
        }

        @Override
        void use(PooledThing thing) {
            asker.go.release();
            while (!isBlocked() && other.isAlive()) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            releasedAt = System.nanoTime();
        }

        private boolean isBlocked() {
            Thread.State state = other.getState();
            return asker.asking && (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
        }
    }

    private String latency() throws Exception {
        Asker asker = new Asker();
        Thread other = new Thread(asker, "asker");
        other.start();
        Releaser releaser = new Releaser(asker, other);
        List<Long> latencies = new ArrayList<>();
        long start = System.nanoTime();
        while (System.nanoTime() - start < windowNanos + windowNanos / 2) {
            boolean warm = System.nanoTime() - start > windowNanos / 2;
            pool.cycle(releaser);
            if (!asker.done.tryAcquire(END_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the waiter was not served", asker.failure);
            }
            if (warm) {
                latencies.add(asker.gotAt - releaser.releasedAt);
            }
        }
        over = true;
        asker.go.release();
        end(List.of(other), List.of(asker));
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            throw new IllegalStateException("no release in time; give more seconds");
        }
        return String.format(
                Locale.ROOT,
                "median=%.1f p99=%.1f samples=%d",
                sorted[sorted.length / 2] / 1e3,
                sorted[(int) Math.min(sorted.length - 1L, sorted.length * 99L / 100)] / 1e3,
                sorted.length);
    }

    private void end(List<Thread> running, List<? extends Worker> workers) throws InterruptedException {
        over = true;
        for (Thread thread : running) {
            thread.join(TimeUnit.SECONDS.toMillis(END_SECONDS));
            if (thread.isAlive()) {
                throw new IllegalStateException("a user hangs: " + Arrays.toString(thread.getStackTrace()));
            }
        }
        for (Worker worker : workers) {
            if (worker.failure != null) {
                throw new IllegalStateException(worker.failure);
            }
        }
    }

    /** Uses that the objects did not count: not 0 if one had two users at once. */
    private long lost(List<? extends Worker> workers) {
        return sum(workers)
                - pool.things().stream().mapToLong(PooledThing::touches).sum();
    }

    private static long sum(List<? extends Worker> workers) {
        return workers.stream().mapToLong(Worker::operations).sum();
    }

    private static long processCpu() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static long allocated(List<Thread> running) {
        ThreadMXBean bean = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        return Arrays.stream(bean.getThreadAllocatedBytes(
                        running.stream().mapToLong(Thread::getId).toArray()))
                .sum();
    }
}
