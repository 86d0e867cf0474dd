package io.watertight.testing;

import io.watertight.guards.LeakDetector;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Tests that leave something behind, one kind each, to be run by other tests; none of them is run by itself. */
final class LeakyFixtures {
    static final LeakDetector DETECTOR = LeakDetector.of("fixture");
    /** The line of each leak, by its test. */
    static final Map<String, Integer> LINES = new ConcurrentHashMap<>();

    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();
    private static final Set<ExecutorService> EXECUTORS = ConcurrentHashMap.newKeySet();
    private static volatile CountDownLatch end = new CountDownLatch(1);

    private LeakyFixtures() {}

    /** Notes the line it is called on: that of the leak. */
    private static <T> T here(T value) {
        StackWalker.StackFrame caller = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst())
                .orElseThrow();
        LINES.put(caller.getMethodName(), caller.getLineNumber());
        return value;
    }

    /** Ends what the fixtures left. */
    static void tidyUp() throws InterruptedException {
        end.countDown();
        end = new CountDownLatch(1);
        HELD.clear();
        for (ExecutorService executor : EXECUTORS) {
            executor.shutdownNow();
        }
        EXECUTORS.clear();
    }

    private static Runnable untilTheEnd() {
        CountDownLatch latch = end;
        return () -> {
            try {
                latch.await();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @NoLeaks
    static class EveryKind {
        @Test
        void keepsOpen() {
            HELD.add(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void drops() {
            here(DETECTOR).open(new Object(), ignored -> {});
        }

        @Test
        void leavesThread() {
            Thread thread = new Thread(untilTheEnd(), "left-thread");
            thread.setDaemon(true);
            here(thread).start();
        }

        @Test
        void opensOnAThread() throws InterruptedException {
            Thread thread = new Thread(EveryKind::openElsewhere, "opener");
            thread.start();
            thread.join();
        }

        private static void openElsewhere() {
            HELD.add(here(DETECTOR).open(new Object(), ignored -> {}));
        }

        @Test
        void leavesExecutor() throws Exception {
            ExecutorService executor = Executors.newFixedThreadPool(2);
            EXECUTORS.add(executor);
            here(executor).submit(() -> {}).get();
        }

        @Test
        void leavesNothing() throws Exception {
            DETECTOR.open(new Object(), ignored -> {}).close();
            Thread thread = new Thread(() -> {}, "short");
            thread.start();
        }
    }

    /** Keeps an executor for the class that its tests make grow, and closes it in the end. */
    @NoLeaks
    static class KeepsForTheClass {
        private static final ExecutorService EXECUTOR = Executors.newCachedThreadPool();

        @Test
        void one() throws Exception {
            EXECUTOR.submit(() -> {}).get();
        }

        @Test
        void two() throws Exception {
            EXECUTOR.submit(() -> {}).get();
        }

        @AfterAll
        static void shutDown() {
            EXECUTOR.shutdownNow();
        }
    }
}
