package io.watertight.concurrency;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A timer that fires again and again, as long as its owner lives. The states are those of {@link TimerNode}; while the action
 * runs it is in no list, so it never runs twice at once, and a run that takes too long skips the times it missed.
 */
final class PeriodicTimer<O> extends TimerNode {
    private final Owner<O> owner;
    private final long periodNanos;
    private final boolean endsOnFailure;
    /** By who schedules and then by who runs it: ordered by the CAS on the state. */
    private long nextNanos;

    PeriodicTimer(
            TimerWheel wheel,
            O owner,
            ReferenceQueue<Object> collected,
            Consumer<? super O> action,
            long periodNanos,
            boolean endsOnFailure) {
        super(wheel, action);
        this.owner = new Owner<>(owner, collected, this);
        this.periodNanos = periodNanos;
        this.endsOnFailure = endsOnFailure;
        this.nextNanos = TimerWheel.later(wheel.elapsedNanos(), periodNanos);
        this.dueTick = TimerWheel.tickAt(nextNanos);
    }

    /** Held by the timer, and by the queue when its referent is gone. */
    static final class Owner<O> extends WeakReference<O> {
        private final PeriodicTimer<O> timer;

        Owner(O owner, ReferenceQueue<Object> collected, PeriodicTimer<O> timer) {
            super(owner, collected);
            this.timer = timer;
        }

        void collected() {
            timer.cancel();
        }
    }

    @Override
    boolean isPeriodic() {
        return true;
    }

    @Override
    public void run() {
        if (wheel.isClosed()) {
            cancel();
        }
        if (!casState(DUE, RUNNING)) {
            return;
        }
        try {
            call();
        } catch (Throwable failure) {
            wheel.host.failed("a periodic action", failure);
            if (endsOnFailure) {
                cancel();
            }
        } finally {
            rearm();
        }
    }

    @SuppressWarnings("unchecked")
    private void call() {
        O alive = owner.get();
        // Racy: a cancel during the run clears the field; then this run was the last, or is not begun.
        Consumer<? super O> begun = (Consumer<? super O>) action;
        if (alive == null || begun == null) {
            cancel();
        } else {
            begun.accept(alive);
        }
    }

    /** RUNNING to INIT, and back to the wheel; unless it was cancelled. */
    private void rearm() {
        long now = wheel.elapsedNanos();
        nextNanos = TimerWheel.later(nextNanos, periodNanos);
        if (nextNanos <= now) {
            long missed = (now - nextNanos) / periodNanos + 1;
            wheel.skipped(missed);
            nextNanos += missed * periodNanos;
        }
        dueTick = TimerWheel.tickAt(nextNanos);
        if (casState(RUNNING, INIT)) {
            wheel.addAgain(this);
        }
    }

    /** The executor did not take it: this time is skipped. */
    @Override
    void refused() {
        if (casState(DUE, RUNNING)) {
            wheel.skipped(1);
            rearm();
        }
    }

    @Nullable
    O ownerNow() {
        return owner.get();
    }
}
