package io.watertight.concurrency;

import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Describes {@link Timers}. Not thread-safe; can be used again after {@link #build()}. */
public final class TimersBuilder {
    private final String name;
    private final int maxPending;
    private @Nullable Executor executor;
    private int workers = 2;
    private TimerFailurePolicy failurePolicy = TimerFailurePolicy.CONTINUE;
    private Duration closeTimeout = Duration.ofSeconds(10);

    private TimersBuilder(String name, int maxPending) {
        this.name = name;
        this.maxPending = maxPending;
    }

    static MaxPendingStep named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how reports and threads name the timers");
        }
        return new MaxPendingStep(name);
    }

    /** The first step: timers have a bound. */
    public static final class MaxPendingStep {
        private final String name;

        MaxPendingStep(String name) {
            this.name = name;
        }

        /**
         * Sets how many timers may be pending at once; one more is refused.
         *
         * @param timers 1 or more
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code timers} is less than 1
         */
        public TimersBuilder maxPending(int timers) {
            return new TimersBuilder(name, checkPositive("maxPending", timers));
        }
    }

    private static int checkPositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more: " + value);
        }
        return value;
    }

    /**
     * Sets who runs the actions. It must not drop what it has taken without a word: such a timer would stay pending.
     *
     * @param runs called by the thread that keeps the time, so it must not run long actions on its caller's thread
     * @return this builder
     */
    public TimersBuilder executor(Executor runs) {
        this.executor = Objects.requireNonNull(runs, "runs");
        return this;
    }

    /**
     * Sets how many own threads may run actions at once, where no executor is given.
     *
     * @param threads 1 or more; 2 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code threads} is less than 1
     */
    public TimersBuilder workers(int threads) {
        this.workers = checkPositive("workers", threads);
        return this;
    }

    /**
     * Sets what becomes of a periodic timer whose action throws.
     *
     * @param policy {@link TimerFailurePolicy#CONTINUE} by default
     * @return this builder
     */
    public TimersBuilder onFailure(TimerFailurePolicy policy) {
        this.failurePolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how long {@link Timers#close()} waits for actions that run.
     *
     * @param timeout not negative; 10 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    public TimersBuilder closeTimeout(Duration timeout) {
        if (Objects.requireNonNull(timeout, "timeout").isNegative()) {
            throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        }
        this.closeTimeout = timeout;
        return this;
    }

    TimerSettings settings() {
        return new TimerSettings(
                name, maxPending, executor, workers, failurePolicy, Texts.saturatedNanos(closeTimeout));
    }

    /**
     * Makes the timers. No thread is started before the first one is set.
     *
     * @return the timers: close them
     */
    public Timers build() {
        return WheelTimers.open(settings(), Books::open);
    }
}
