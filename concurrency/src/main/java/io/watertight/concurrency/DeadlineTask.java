package io.watertight.concurrency;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A task that is cancelled when its time is over. */
final class DeadlineTask<T> extends TaskRecord<T> {
    /*
     * The timer goes with the task: who sets it writes `timer` and then looks whether the task is done; who ends the task does
     * so and then looks for the timer. One of them sees the other, and cancelling twice does no harm.
     */
    private volatile @Nullable TimerHandle timer;

    private final Deadline deadline;
    private final Supplier<TimerWheel> timers;

    DeadlineTask(TaskHost host, CancellableTask<T> body, Deadline deadline, Supplier<TimerWheel> timers) {
        super(host, body);
        this.deadline = deadline;
        this.timers = timers;
    }

    Deadline deadline() {
        return deadline;
    }

    @Override
    void admitted() {
        if (deadline.isExpired()) {
            expire();
            return;
        }
        try {
            timer = timers.get().schedule(deadline.remainingNanos(), this::expire);
        } catch (RejectedExecutionException closed) {
            cancel(true, closed); // with its executor; a task without its deadline is not what was asked for
        }
        if (isDone()) {
            ended();
        }
    }

    private void expire() {
        if (!isDone()) {
            cancel(true, new TimeoutException("task was not done before its deadline, and is cancelled"));
        }
    }

    @Override
    void ended() {
        TimerHandle set = timer;
        if (set != null) {
            set.cancel();
        }
    }
}
