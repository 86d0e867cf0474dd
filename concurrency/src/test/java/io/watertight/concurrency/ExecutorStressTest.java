package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything at once, and every future comes to an end: run, cancelled and refused make up what was submitted. */
class ExecutorStressTest {
    private static final int USERS = 3;
    private final CountDownLatch amidst = new CountDownLatch(1);
    private final AtomicLong submitted = new AtomicLong();
    private final AtomicLong ran = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong strayInterrupts = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostWhateverTheEnd(int round) throws Exception {
        conserve(CancellableExecutor.builder("stress").threads(2).queue(20).recycleAfter(50), round);
    }

    @Test
    void nothingIsLostWithVirtualThreads() throws Exception {
        if (VirtualThreadStarter.isAvailable()) {
            conserve(CancellableExecutor.builder("stress").threads(2).queue(20).virtualThreads(), 9);
        }
    }

    private void conserve(ExecutorBuilder builder, int round) throws Exception {
        CancellableExecutor executor = builder.build();
        List<List<Task<?>>> tasks = new ArrayList<>();
        List<Thread> users = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            SplittableRandom random = new SplittableRandom(round * 10L + user);
            List<Task<?>> mine = new ArrayList<>();
            tasks.add(mine);
            users.add(new Thread(() -> use(executor, mine, random, 20_000)));
        }
        users.forEach(Thread::start);
        if (round % 2 == 0) { // in the middle of it
            amidst.await();
            if (round % 4 == 0) {
                executor.shutdownNow();
            } else {
                executor.shutdown();
            }
        }
        for (Thread user : users) {
            user.join();
        }
        executor.close();

        assertThat(executor.report().complete()).isTrue();
        assertThat(executor.awaitTermination(0, TimeUnit.SECONDS)).isTrue();
        AtomicInteger count = new AtomicInteger();
        tasks.forEach(mine -> mine.forEach(task -> {
            assertThat(task.isTerminated()).isTrue();
            count.incrementAndGet();
        }));
        ExecutorStats stats = executor.stats();
        assertThat(stats.queued() + stats.running() + stats.threads()).isZero();
        assertThat(stats.completed()).isEqualTo(ran.get());
        assertThat(stats.completed() + stats.cancelled()).isEqualTo(submitted.get());
        assertThat(stats.rejected()).isEqualTo(refused.get());
        assertThat(strayInterrupts).hasValue(0);
        assertThat(count).hasPositiveValue();
    }

    private void use(CancellableExecutor executor, List<Task<?>> mine, SplittableRandom random, int operations) {
        for (int i = 0; i < operations; i++) {
            if (i == operations / 4) {
                amidst.countDown();
            }
            int what = random.nextInt(8);
            if (what < 5 || mine.isEmpty()) {
                try {
                    int spin = random.nextInt(200);
                    mine.add(executor.submit(token -> work(token, spin)));
                    submitted.incrementAndGet();
                } catch (RejectedExecutionException full) {
                    refused.incrementAndGet();
                }
            } else {
                mine.get(Math.max(0, mine.size() - 1 - random.nextInt(30))).cancel(what == 5);
            }
        }
    }

    /** An interrupt is stray if the task that sees it was not cancelled. */
    private Object work(CancelToken token, int spin) {
        ran.incrementAndGet();
        boolean before = Thread.currentThread().isInterrupted();
        for (int i = 0; i < spin; i++) {
            if (Thread.currentThread().isInterrupted()) {
                before = true;
            }
        }
        if (before && !token.isCancelled()) {
            strayInterrupts.incrementAndGet();
        }
        return before;
    }
}
