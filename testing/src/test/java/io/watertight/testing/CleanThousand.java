package io.watertight.testing;

import static io.watertight.testing.LeakyGround.DETECTOR;

import io.watertight.guards.Guard;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/** A thousand tests that do what tests do, and leave nothing. */
@NoLeaks
class CleanThousand {
    private static final int TIMES = 100;

    private final Guard<Object> field = open();

    private static Guard<Object> open() {
        return DETECTOR.open(new Object(), ignored -> {});
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "of-a-clean-test");
        thread.start();
        return thread;
    }

    @RepeatedTest(TIMES)
    void closes() {
        try (Guard<Object> outer = open();
                Guard<Object> inner = open()) {
            if (!outer.isOpen() || !inner.isOpen()) {
                throw new AssertionError("closed");
            }
        }
        field.close();
    }

    @RepeatedTest(TIMES)
    void closesOnAThread() throws InterruptedException {
        start(() -> open().close()).join();
        field.close();
    }

    @RepeatedTest(TIMES)
    void handsOver() throws InterruptedException {
        AtomicReference<Guard<Object>> opened = new AtomicReference<>();
        start(() -> opened.set(open().handOver())).join();
        opened.get().close();
        field.close();
    }

    @RepeatedTest(TIMES)
    void joins() throws InterruptedException {
        Thread[] threads = {start(() -> {}), start(() -> {}), start(() -> {})};
        for (Thread thread : threads) {
            thread.join();
        }
        field.close();
    }

    @RepeatedTest(TIMES)
    void doesNotJoin() {
        start(() -> start(field::close));
    }

    @RepeatedTest(TIMES)
    void shutsAnExecutorDown() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        executor.submit(field::close).get();
        executor.submit(() -> {}).get();
        executor.shutdown();
        if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("still runs");
        }
    }

    @RepeatedTest(TIMES)
    void shutsAnExecutorDownAndGoes() throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        executor.submit(field::close).get();
        executor.shutdown();
    }

    @RepeatedTest(TIMES)
    void cancelsATimer() {
        Timer timer = new Timer();
        CountDownLatch ran = new CountDownLatch(1);
        timer.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        ran.countDown();
                    }
                },
                0);
        LeakyGround.await(ran);
        timer.cancel();
        field.close();
    }

    @RepeatedTest(TIMES)
    void shutsASchedulerDown() throws Exception {
        ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
        scheduler.schedule(field::close, 1, TimeUnit.MICROSECONDS).get();
        Future<?> unused = scheduler.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
        scheduler.shutdownNow();
    }

    @RepeatedTest(TIMES)
    void usesTheCommonPool() {
        CompletableFuture.runAsync(() -> open().close()).join();
        IntStream.range(0, 8).parallel().forEach(number -> open().close());
        field.close();
    }
}
