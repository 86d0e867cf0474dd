package io.watertight.concurrency;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Turns a wheel by hand: waiting makes time pass, and what is due waits until a test runs it. */
final class ManualHost implements TimerHost {
    final ManualTicker ticker = new ManualTicker();
    final TimerWheel wheel;
    final List<Duration> parks = new ArrayList<>();
    final Deque<TimerNode> due = new ArrayDeque<>();
    final List<Throwable> failures = new ArrayList<>();
    int starts;
    int unparks;
    final AtomicInteger ends = new AtomicInteger();

    @Nullable
    DueRunner runner;

    boolean failsToStart;
    private boolean runsDue;
    /** What the new thread does before who started it goes on. */
    Runnable onStart = () -> {};
    /** Done once, when the wheel waits next. */
    Runnable whileParked = () -> {};

    ManualHost(int maxPending) {
        this.wheel = new TimerWheel("manual", maxPending, ticker, this);
    }

    TimerNode schedule(Duration delay, Runnable action) {
        return wheel.schedule(delay.toNanos(), action);
    }

    /** Turns until so much time has passed, or the wheel ends, and runs what is due; false if it ended. */
    boolean turnFor(Duration time) {
        long end = ticker.nanos() + time.toNanos();
        runsDue = true;
        try {
            while (ticker.nanos() <= end) {
                if (!wheel.turn()) {
                    return false;
                }
            }
            return true;
        } finally {
            runsDue = false;
        }
    }

    void runDue() {
        for (TimerNode node = due.poll(); node != null; node = due.poll()) {
            node.run();
        }
    }

    @Override
    public void start() {
        if (failsToStart) {
            throw new OutOfMemoryError("no thread");
        }
        starts++;
        onStart.run();
    }

    @Override
    public void park(long nanos) {
        parks.add(Duration.ofNanos(nanos));
        Runnable now = whileParked;
        whileParked = () -> {};
        int before = unparks;
        now.run();
        if (runsDue) {
            runDue();
        }
        if (unparks == before) {
            ticker.advance(Duration.ofNanos(nanos));
        }
    }

    @Override
    public void unpark() {
        unparks++;
    }

    @Override
    public void due(TimerNode node) {
        due.add(node);
    }

    @Override
    public void withdrawn(TimerNode node) {
        due.remove(node);
        if (runner != null) {
            runner.remove(node);
        }
    }

    @Override
    public void failed(String what, Throwable failure) {
        failures.add(failure);
    }

    @Override
    public void ended() {
        ends.incrementAndGet();
        if (runner != null) {
            runner.signalEnd();
        }
    }
}
