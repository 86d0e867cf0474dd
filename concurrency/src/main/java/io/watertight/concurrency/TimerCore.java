package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import io.watertight.guards.internal.LibraryThreads;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wheel with its thread and its runners. It does not know the {@link Timers} in front of it, so that those who
 * are dropped can be collected and found.
 */
final class TimerCore implements TimerHost {
    private static final Logger LOG = LoggerFactory.getLogger(TimerCore.class);

    final TimerSettings settings;
    final TimerWheel wheel;
    private final Runnable onEnd;
    private final @Nullable Executor executor;
    private final DueRunner runner;
    private final ReferenceQueue<Object> collectedOwners = new ReferenceQueue<>();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicBoolean endTold = new AtomicBoolean();
    private volatile @Nullable Thread thread;
    private volatile boolean ended;

    @SuppressWarnings("this-escape")
    TimerCore(TimerSettings settings, Ticker ticker, Runnable onEnd) {
        this.settings = settings;
        this.executor = settings.executor();
        this.runner = new DueRunner(settings.name(), settings.workers(), this);
        this.onEnd = onEnd;
        this.wheel = new TimerWheel(settings.name(), settings.maxPending(), ticker, this);
    }

    <O> TimerHandle every(O owner, long periodNanos, Consumer<? super O> action) {
        PeriodicTimer<O> timer = new PeriodicTimer<>(
                wheel,
                owner,
                collectedOwners,
                action,
                periodNanos,
                settings.failurePolicy() == TimerFailurePolicy.CANCEL);
        wheel.add(timer);
        return timer;
    }

    TimersStats stats() {
        return new TimersStats(wheel.pending(), failures.get(), refused.get(), wheel.skipped());
    }

    @Override
    public void start() {
        Thread turning = LibraryThreads.daemon("watertight-timers-" + settings.name(), this::turn);
        turning.start();
    }

    private void turn() {
        thread = Thread.currentThread();
        boolean goOn = true;
        while (goOn) {
            try {
                goOn = wheel.turn();
            } catch (Throwable failure) {
                // Our own code failed, of a lack of memory, say; the wheel goes on.
                failed("the wheel", failure);
                LockSupport.parkNanos(this, TimerWheel.TICK_NANOS);
            }
        }
    }

    @Override
    public void park(long nanos) {
        LockSupport.parkNanos(this, nanos);
    }

    @Override
    public void unpark() {
        LockSupport.unpark(thread);
    }

    @Override
    public void due(TimerNode node) {
        if (executor == null) {
            runner.submit(node);
            return;
        }
        try {
            executor.execute(node);
        } catch (Throwable failure) {
            refused.incrementAndGet();
            failed("the executor refused an action, which", failure);
            node.refused();
        }
    }

    @Override
    public void withdrawn(TimerNode node) {
        runner.remove(node);
    }

    @Override
    public void failed(String what, Throwable failure) {
        failures.incrementAndGet();
        LOG.warn("timers '{}': {} failed", settings.name(), what, failure);
    }

    /** Called by the wheel, and by the runner: each when nothing is left of it. */
    @Override
    public void ended() {
        if (!wheel.isDrained()) {
            return;
        }
        runner.close();
        if (runner.isEnded() && endTold.compareAndSet(false, true)) {
            onEnd.run();
            ended = true;
            runner.signalEnd();
        }
    }

    /** Cancels everything. Does not wait. */
    void close() {
        wheel.close();
    }

    /** Waits for what runs, unless it is that which waits. */
    void awaitEnd(long nanos) throws InterruptedException {
        if (!runner.owns(Thread.currentThread()) && Thread.currentThread() != thread) {
            runner.awaitEnd(nanos, this::isEnded);
        }
    }

    boolean isEnded() {
        return ended;
    }

    /** To be called now and then: ends the timers of owners that are gone, and starts threads that could not be started. */
    void step() {
        for (Reference<?> gone = collectedOwners.poll(); gone != null; gone = collectedOwners.poll()) {
            ((PeriodicTimer.Owner<?>) gone).collected();
        }
        wheel.rescue();
        runner.startIfNeeded();
    }
}
