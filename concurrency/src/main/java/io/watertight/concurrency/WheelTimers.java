package io.watertight.concurrency;

import io.watertight.guards.LeakDetector;
import io.watertight.guards.internal.Texts;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The timers their users see. Nothing of the library refers to them, so that those who were dropped are collected: then their
 * core is closed, and the loss reported.
 *
 * <p>Methods end with reachabilityFence(this): timers must not be found dropped while one of their methods runs.
 */
final class WheelTimers implements Timers {
    /** What timers themselves are tracked as. */
    private static final LeakDetector TIMERS = LeakDetector.of("timers");

    private final TimerCore core;
    private final Cleaner.Cleanable registration;
    private final AtomicBoolean ended = new AtomicBoolean();

    @SuppressWarnings("this-escape")
    private WheelTimers(TimerCore core) {
        this.core = core;
        this.registration = TIMERS.register(this, core::close);
    }

    static WheelTimers open(TimerSettings settings, BooksOpener opener) {
        TimerCore core = new TimerBooks(settings, opener).core;
        try {
            return new WheelTimers(core);
        } catch (Throwable failure) {
            core.close();
            throw failure;
        }
    }

    TimerCore core() {
        return core;
    }

    @Override
    public TimerHandle schedule(Duration delay, Runnable action) {
        try {
            long nanos = Texts.saturatedNanos(Objects.requireNonNull(delay, "delay"));
            return core.wheel.schedule(Math.max(0, nanos), Objects.requireNonNull(action, "action"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public TimerHandle schedule(Deadline deadline, Runnable action) {
        try {
            if (Objects.requireNonNull(deadline, "deadline").isNever()) {
                throw new IllegalArgumentException("deadline never passes, so the timer would stay for ever: set none");
            }
            return core.wheel.schedule(deadline.remainingNanos(), Objects.requireNonNull(action, "action"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public <O> TimerHandle every(O owner, Duration period, Consumer<? super O> action) {
        try {
            Objects.requireNonNull(owner, "owner");
            long nanos = Texts.saturatedNanos(Objects.requireNonNull(period, "period"));
            if (nanos <= 0) {
                throw new IllegalArgumentException("period must be positive: " + period);
            }
            Captures.refuse(owner, Objects.requireNonNull(action, "action"));
            return core.every(owner, nanos, action);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public TimersStats stats() {
        try {
            return core.stats();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return core.settings.name();
    }

    @Override
    public void close() {
        try {
            if (ended.compareAndSet(false, true)) {
                registration.clean(); // closes the core
            }
            core.awaitEnd(core.settings.closeTimeoutNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "Timers[" + name() + ", pending=" + stats().pending() + (core.wheel.isClosed() ? ", closed]" : "]");
    }
}
