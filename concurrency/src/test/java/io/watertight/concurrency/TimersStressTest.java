package io.watertight.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Everything at once: what was scheduled was fired, cancelled or refused, each exactly once. */
class TimersStressTest {
    private static final int THREADS = 3;
    private static final int OPERATIONS = 50_000;

    @Test
    void everyTimerFiresOrIsCancelledExactlyOnce() throws Exception {
        AtomicLong fired = new AtomicLong();
        AtomicLong scheduled = new AtomicLong();
        AtomicLong cancelled = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        Timers timers = Timers.builder("stress").maxPending(2000).build();
        List<TimerHandle> left = new ArrayList<>();
        try {
            List<Future<List<TimerHandle>>> users = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                SplittableRandom random = new SplittableRandom(thread);
                users.add(threads.submit(() -> {
                    List<TimerHandle> mine = new ArrayList<>();
                    for (int i = 0; i < OPERATIONS; i++) {
                        if (mine.isEmpty() || random.nextInt(5) < 3) {
                            try {
                                mine.add(timers.schedule(
                                        Duration.ofMillis(random.nextInt(1 << random.nextInt(16))),
                                        fired::incrementAndGet));
                                scheduled.incrementAndGet();
                            } catch (RejectedExecutionException full) {
                                assertThat(full).hasMessageContaining("no room");
                                if (!mine.isEmpty()
                                        && mine.remove(mine.size() - 1).cancel()) {
                                    cancelled.incrementAndGet();
                                }
                            }
                        } else if (mine.remove(random.nextInt(mine.size())).cancel()) {
                            cancelled.incrementAndGet();
                        }
                    }
                    return mine;
                }));
            }
            for (Future<List<TimerHandle>> user : users) {
                left.addAll(user.get(60, TimeUnit.SECONDS));
            }
            for (TimerHandle timer : left) {
                if (timer.cancel()) {
                    cancelled.incrementAndGet();
                }
            }
        } finally {
            threads.shutdownNow();
            timers.close();
        }

        assertThat(timers.stats().pending()).isZero();
        assertThat(fired.get() + cancelled.get()).isEqualTo(scheduled.get());
        assertThat(fired.get()).isPositive();
        assertThat(cancelled.get()).isPositive();
    }
}
