package io.watertight.testing;

import io.watertight.guards.Guard;
import io.watertight.guards.LeakDetector;
import java.util.Map;
import java.util.Queue;
import java.util.Timer;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What all fixtures stand on: the type they leak, the lines they leak at, and whatever they left, to end it. */
final class LeakyGround {
    static final LeakDetector DETECTOR = LeakDetector.of("fixture");

    private static final Map<String, StackWalker.StackFrame> PLACES = new ConcurrentHashMap<>();
    private static final Queue<Guard<?>> HELD = new ConcurrentLinkedQueue<>();
    private static final Queue<Thread> THREADS = new ConcurrentLinkedQueue<>();
    private static final Queue<ExecutorService> EXECUTORS = new ConcurrentLinkedQueue<>();
    private static final Queue<Timer> TIMERS = new ConcurrentLinkedQueue<>();
    private static volatile CountDownLatch end = new CountDownLatch(1);

    private LeakyGround() {}

    /** Notes the line it is called on: that of the leak. */
    static <T> T here(T value) {
        StackWalker.StackFrame caller = StackWalker.getInstance()
                .walk(frames -> frames.skip(1).findFirst())
                .orElseThrow();
        String type = caller.getClassName();
        PLACES.put(type.substring(type.lastIndexOf('$') + 1) + "." + caller.getMethodName(), caller);
        return value;
    }

    /** Where a fixture leaked, as failures say it. */
    static String line(String place) {
        StackWalker.StackFrame frame = PLACES.get(place);
        if (frame == null) {
            throw new AssertionError("nothing was noted at '" + place + "', but at " + PLACES.keySet());
        }
        return frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                + frame.getLineNumber() + ")";
    }

    /** All of them, by fixture and method. */
    static Map<String, String> lines() {
        Map<String, String> lines = new TreeMap<>();
        PLACES.keySet().forEach(place -> lines.put(place, line(place)));
        return lines;
    }

    /** Holds a resource until all is tidied up. */
    static void keep(Guard<?> guard) {
        HELD.add(guard);
    }

    /** A thread, not started, that runs until all is tidied up. */
    static Thread untilTheEnd(String name) {
        CountDownLatch latch = end;
        Thread thread = new Thread(() -> await(latch), name);
        thread.setDaemon(true);
        THREADS.add(thread);
        return thread;
    }

    /** Shuts an executor down when all is tidied up. */
    static ExecutorService untilTheEnd(ExecutorService executor) {
        EXECUTORS.add(executor);
        return executor;
    }

    /** Cancels a timer when all is tidied up. */
    static void untilTheEnd(Timer timer) {
        TIMERS.add(timer);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a test's thread waits for what the test left; looks a thousand times a second. */
    static void awaitGraceTimeOf(Thread tester) {
        while (!(LockSupport.getBlocker(tester) instanceof GraceTime)) {
            if (!tester.isAlive()) {
                throw new AssertionError(tester + " has ended");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** Ends what the fixtures left, and waits for it. */
    static void tidyUp() throws InterruptedException {
        end.countDown();
        end = new CountDownLatch(1);
        for (Guard<?> guard = HELD.poll(); guard != null; guard = HELD.poll()) {
            guard.close();
        }
        for (Thread thread = THREADS.poll(); thread != null; thread = THREADS.poll()) {
            thread.join();
        }
        for (ExecutorService executor = EXECUTORS.poll(); executor != null; executor = EXECUTORS.poll()) {
            executor.shutdownNow();
            if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new AssertionError(executor + " still runs");
            }
        }
        for (Timer timer = TIMERS.poll(); timer != null; timer = TIMERS.poll()) {
            timer.cancel();
        }
        PLACES.clear();
    }
}
