package io.watertight.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Threads that all do the same. */
final class Callers implements AutoCloseable {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger served = new AtomicInteger();

    /** What one caller does; it is served when this returns. */
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    private Callers() {}

    static Callers start(String name, int count, Call call) {
        Callers callers = new Callers();
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(() -> callers.run(call), name + "-" + i);
            thread.setDaemon(true);
            callers.threads.add(thread);
        }
        callers.threads.forEach(Thread::start);
        return callers;
    }

    private void run(Call call) {
        try {
            call.run();
            served.incrementAndGet();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // it is not served
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    int served() {
        return served.get();
    }

    /** How many are blocked for an unlimited time in a method of this class. */
    long blockedIn(Class<?> type) {
        return threads.stream()
                .filter(thread -> thread.getState() == Thread.State.WAITING)
                .filter(thread -> Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(type.getName())))
                .count();
    }

    /** Waits until all are served. */
    boolean awaitAllServed() {
        return Patience.until(() -> served() == threads.size(), Patience.LONG);
    }

    /** Interrupts who is still there, and waits for the end of all. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            if (!Patience.until(() -> !thread.isAlive(), Patience.LONG)) {
                throw new IllegalStateException("thread '" + thread.getName() + "' does not end");
            }
        }
    }
}
