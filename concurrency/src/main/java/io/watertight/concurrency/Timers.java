package io.watertight.concurrency;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Timers that leave nothing behind: there is a bound to how many are pending, cancelling one frees what it holds, a periodic one
 * ends with its owner, and the thread behind them ends when there are none.
 *
 * <p>Times are kept to 10 ms, and nothing fires early. The action of a timer runs on the executor that was given, or on one of
 * few own threads; a slow one delays others, never the clock. It sees nothing of the context it was scheduled in: no
 * thread-locals, no context class loader. What it throws is logged and counted.
 *
 * <p>Thread-safe. Scheduling and cancelling take constant time and no lock, and allocate 48 bytes; neither blocks nor reacts to
 * interruption. Timers that are dropped without being closed are reported, and what is pending is cancelled; an action that
 * refers to them hides that.
 */
public interface Timers extends AutoCloseable {
    /**
     * Starts to describe timers.
     *
     * @param name how reports and threads name them
     * @return the first step
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static TimersBuilder.MaxPendingStep builder(String name) {
        return TimersBuilder.named(name);
    }

    /**
     * Sets a timer that fires once.
     *
     * @param delay how far ahead; at once if it is zero or negative
     * @param action what to do; held until it begins, or the timer is cancelled
     * @return cancels it
     * @throws RejectedExecutionException if as many timers are pending as may be, or these timers are closed
     */
    @CanIgnoreReturnValue
    TimerHandle schedule(Duration delay, Runnable action);

    /**
     * Sets a timer that fires once.
     *
     * @param deadline when; one that has passed is fired at once
     * @param action what to do; held until it begins, or the timer is cancelled
     * @return cancels it
     * @throws RejectedExecutionException if as many timers are pending as may be, or these timers are closed
     * @throws IllegalArgumentException if the deadline never passes
     */
    @CanIgnoreReturnValue
    TimerHandle schedule(Deadline deadline, Runnable action);

    /**
     * Sets a timer that fires again and again while its owner lives, for the first time after one period. Its runs never
     * overlap; a time that comes while the run before goes on is skipped.
     *
     * @param owner whose life bounds the timer; held weakly
     * @param period the time from one run to the next
     * @param action what to do with the owner; must not hold it ({@code Cache::refresh}, not {@code o -> refresh()})
     * @param <O> the owner
     * @return cancels it; the same for all runs
     * @throws IllegalArgumentException if {@code period} is not positive, or {@code action} is seen to hold the owner in a field
     * @throws RejectedExecutionException if as many timers are pending as may be, or these timers are closed
     */
    @CanIgnoreReturnValue
    <O> TimerHandle every(O owner, Duration period, Consumer<? super O> action);

    /**
     * Returns what these timers have done.
     *
     * @return the numbers now
     */
    TimersStats stats();

    /**
     * Returns the name.
     *
     * @return the name, as given to the builder
     */
    String name();

    /**
     * Cancels all that is pending, and waits for the actions that run on own threads, as long as the builder said. An interrupt
     * ends the wait and stays set. Called by such an action it does not wait.
     */
    @Override
    void close();
}
