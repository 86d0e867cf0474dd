package io.watertight.benchmarks;

import com.google.common.util.concurrent.MoreExecutors;
import io.watertight.benchmarks.Contest.Figure;
import io.watertight.concurrency.CancellableExecutor;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a task costs that does nothing: in batches, one by one, on threads of their own, and cancelled while it is queued. */
final class ExecutorContests {
    private static final int TASKS = 1_000;
    private static final int ONE_BY_ONE = 100;
    private static final int QUEUE = 2 * TASKS;
    private static final Callable<Integer> BODY = () -> 1;

    private ExecutorContests() {}

    static List<Contest> all() {
        return List.of(
                batches("executor-batch-1", "1,000 tasks submitted, then awaited; 1 worker", 1),
                batches("executor-batch-2", "1,000 tasks submitted, then awaited; 2 workers", 2),
                new Contest("executor-virtual", "1,000 tasks submitted, then awaited; each on a thread of its own")
                        .rowIf(Virtual::isAvailable, "**Watertight**, virtual threads", () -> new Batch(oursVirtual()))
                        .peerIf(Virtual::isAvailable, "virtual thread per task", () -> new Batch(Virtual.executor())),
                new Contest("executor-one-by-one", "a task submitted and awaited; 1 worker")
                        .row("**Watertight**", () -> new OneByOne(ours(1, QUEUE)))
                        .peer("ThreadPoolExecutor", () -> new OneByOne(jdk(1, QUEUE)))
                        .row("Guava's listeningDecorator", () -> new OneByOne(guava(1)))
                        .row("ForkJoinPool, async", () -> new OneByOne(forkJoin(1))),
                new Contest("executor-cancel", "a task submitted and cancelled behind 999 others")
                        .compares(Figure.CALLER)
                        .row("**Watertight**", () -> new Cancelling(ours(1, TASKS), task -> task.cancel(false)))
                        .peer("ThreadPoolExecutor and remove", ExecutorContests::cancellingJdk));
    }

    private static Contest batches(String name, String title, int workers) {
        return new Contest(name, title)
                .row("**Watertight**", () -> new Batch(ours(workers, QUEUE)))
                .peer("ThreadPoolExecutor", () -> new Batch(jdk(workers, QUEUE)))
                .row("Guava's listeningDecorator", () -> new Batch(guava(workers)))
                .row("ForkJoinPool, async", () -> new Batch(forkJoin(workers)));
    }

    private static ExecutorService ours(int workers, int places) {
        return CancellableExecutor.builder("tasks")
                .threads(workers)
                .queue(places)
                .build();
    }

    private static ExecutorService oursVirtual() {
        return CancellableExecutor.builder("tasks")
                .threads(TASKS)
                .queue(TASKS)
                .virtualThreads()
                .build();
    }

    private static ThreadPoolExecutor jdk(int workers, int places) {
        return new ThreadPoolExecutor(workers, workers, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(places));
    }

    private static ExecutorService guava(int workers) {
        return MoreExecutors.listeningDecorator(jdk(workers, QUEUE));
    }

    private static ExecutorService forkJoin(int workers) {
        return new ForkJoinPool(workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    /** Without remove a cancelled task keeps its place, and the next one is refused. */
    private static Contender cancellingJdk() throws InterruptedException {
        ThreadPoolExecutor executor = jdk(1, TASKS);
        return new Cancelling(executor, task -> task.cancel(false) && executor.remove((Runnable) task));
    }

    private static void end(ExecutorService executor) throws InterruptedException {
        if (executor instanceof CancellableExecutor ours) {
            ours.close();
        } else {
            executor.shutdownNow();
            executor.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private record OneByOne(ExecutorService executor) implements Contender {
        @Override
        public int operations() {
            return ONE_BY_ONE;
        }

        @Override
        public int run() throws Exception {
            int done = 0;
            for (int i = 0; i < ONE_BY_ONE; i++) {
                done += executor.submit(BODY).get();
            }
            return done;
        }

        @Override
        public void close() throws InterruptedException {
            end(executor);
        }
    }

    private static final class Batch implements Contender {
        private final ExecutorService executor;
        private final Future<?>[] tasks = new Future<?>[TASKS];

        Batch(ExecutorService executor) {
            this.executor = executor;
        }

        @Override
        public int operations() {
            return TASKS;
        }

        @Override
        public int run() throws Exception {
            for (int i = 0; i < TASKS; i++) {
                tasks[i] = executor.submit(BODY);
            }
            int done = 0;
            for (Future<?> task : tasks) {
                done += (Integer) task.get();
            }
            return done;
        }

        @Override
        public void close() throws InterruptedException {
            end(executor);
        }
    }

    /** The only worker is busy until the end, and one place is free. */
    private static final class Cancelling implements Contender {
        private final ExecutorService executor;
        private final Predicate<Future<?>> cancel;
        private final CountDownLatch over = new CountDownLatch(1);

        Cancelling(ExecutorService executor, Predicate<Future<?>> cancel) throws InterruptedException {
            this.executor = executor;
            this.cancel = cancel;
            CountDownLatch busy = new CountDownLatch(1);
            executor.execute(() -> {
                busy.countDown();
                awaitEnd();
            });
            busy.await();
            for (int i = 1; i < TASKS; i++) {
                executor.submit(BODY);
            }
        }

        private void awaitEnd() {
            try {
                over.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public int operations() {
            return ONE_BY_ONE;
        }

        @Override
        public int run() {
            int cancelled = 0;
            for (int i = 0; i < ONE_BY_ONE; i++) {
                cancelled += cancel.test(executor.submit(BODY)) ? 1 : 0;
            }
            return cancelled;
        }

        @Override
        public void close() throws InterruptedException {
            over.countDown();
            end(executor);
        }
    }
}
