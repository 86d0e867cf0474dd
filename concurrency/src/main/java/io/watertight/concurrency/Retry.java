package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tries something again when it fails, within one time for all attempts together.
 *
 * <p>Before an attempt it waits for a random time between nothing and a delay that doubles with each attempt (full jitter). No
 * attempt begins
 *
 * <ul>
 *   <li>after the deadline, or so late before it that it cannot be of use ({@link RetryBuilder#minAttempt}),
 *   <li>after the token was seen cancelled, or the thread interrupted,
 *   <li>when the {@link RetryBudget} is spent.
 * </ul>
 *
 * <p>An attempt that runs is not cut short: it is given the token and the deadline, and hands them to what it calls. To have it
 * interrupted when time is over, call this in a task with the same deadline, {@link
 * CancellableExecutor#submit(CancellableTask, Deadline)}. A result that is not good enough is the business of the attempt, which
 * can end it and throw; so none is lost.
 *
 * <p>Never tried again are an {@link Error}, an {@link InterruptedException}, and a {@link CancellationException}. What others
 * are is said by {@link RetryBuilder#retryOn}.
 *
 * <p>Immutable but for its numbers, and thread-safe; make one for each kind of call, and keep it. A call runs on the calling
 * thread, whose waiting ends with the token, an interrupt, or the delay. A first attempt that succeeds costs 32 bytes for its
 * deadline; none where the caller's comes first.
 */
public final class Retry {
    final String name;
    final int attempts;
    final long baseNanos;
    final long mostNanos;
    final long minAttemptNanos;
    final Predicate<? super Exception> retryOn;
    final @Nullable RetryBudget budget;
    final Ticker ticker;
    final RetryPause pause;
    private final long totalNanos;
    private final Duration total;
    private final LongUnaryOperator random;

    private final LongAdder calls = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder recovered = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder outOfTime = new LongAdder();
    final LongAdder outOfBudget = new LongAdder();

    Retry(RetryBuilder builder) {
        this.name = builder.name;
        this.attempts = builder.attempts;
        this.total = builder.total;
        this.totalNanos = Texts.saturatedNanos(builder.total);
        this.baseNanos = Texts.saturatedNanos(builder.base);
        this.mostNanos = Texts.saturatedNanos(builder.most);
        this.minAttemptNanos = Texts.saturatedNanos(builder.minAttempt);
        this.retryOn = builder.retryOn;
        this.budget = builder.budget;
        this.ticker = builder.ticker;
        this.pause = builder.pause;
        this.random = builder.random;
    }

    /**
     * What is tried.
     *
     * @param <T> the result
     */
    @FunctionalInterface
    public interface Attempt<T> {
        /**
         * Does the work once.
         *
         * @param token says when to stop
         * @param deadline when all attempts have to be over: no time-out of this one should go beyond it
         * @return the result
         * @throws Exception if this attempt fails
         */
        T run(CancelToken token, Deadline deadline) throws Exception;
    }

    /** No further attempt was begun, for a lack of time or of budget. Its cause is the last failure, if there was one. */
    public static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** Attempts that were begun. */
        private final int attempts;

        StoppedException(String message, @Nullable Throwable last, int attempts) {
            super(message, last);
            this.attempts = attempts;
        }

        /**
         * Returns how often it was tried.
         *
         * @return attempts that were begun; 0 if there was no time for one
         */
        public int attempts() {
            return attempts;
        }
    }

    /**
     * Starts to describe how something is tried again.
     *
     * @param name how messages name it
     * @return the first step
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static RetryBuilder.AttemptsStep builder(String name) {
        return RetryBuilder.named(name);
    }

    /**
     * Tries until it succeeds or may not be tried again; only an interrupt stops it early.
     *
     * @param work what to try
     * @param <T> the result
     * @return what the first attempt that succeeded returned
     * @throws Exception as {@link #call(CancelToken, Deadline, Attempt)} does
     */
    public <T> T call(Attempt<T> work) throws Exception {
        return call(CancelToken.never(), Deadline.never(), work);
    }

    /**
     * Tries until it succeeds, may not be tried again, or is cancelled.
     *
     * @param token ends the waiting, and is handed to the attempts
     * @param work what to try
     * @param <T> the result
     * @return what the first attempt that succeeded returned
     * @throws Exception as {@link #call(CancelToken, Deadline, Attempt)} does
     */
    public <T> T call(CancelToken token, Attempt<T> work) throws Exception {
        return call(token, Deadline.never(), work);
    }

    /**
     * Tries until it succeeds, may not be tried again, or is cancelled.
     *
     * @param token ends the waiting, and is handed to the attempts
     * @param deadline of the caller: all attempts end by it, or within the time of this, whichever is earlier
     * @param work what to try
     * @param <T> the result
     * @return what the first attempt that succeeded returned
     * @throws StoppedException if there was no time, or no budget, for a further attempt
     * @throws CancellationException if the token is cancelled and no attempt succeeds; its cause is that of the token
     * @throws InterruptedException if the calling thread is interrupted, in an attempt that says so or between two
     * @throws Exception what the last attempt threw, if it was the last one allowed or is not tried again. In each case the
     *     failures before are suppressed in what is thrown, or in its cause: the first 16, if it can keep any
     */
    public <T> T call(CancelToken token, Deadline deadline, Attempt<T> work) throws Exception {
        Objects.requireNonNull(token, "token");
        Deadline end = earlier(Objects.requireNonNull(deadline, "deadline"));
        Objects.requireNonNull(work, "work");
        long start = ticker.nanos();
        calls.increment();
        if (budget != null) {
            budget.called();
        }
        token.throwIfCancelled();
        if (!leavesTime(end, 0)) {
            outOfTime.increment();
            throw new StoppedException(noTime(end, 0, 0, 0), null, 0);
        }
        try {
            return work.run(token, end);
        } catch (Exception failure) {
            return new RetryRun<>(this, token, end, work, start).goOn(failure);
        }
    }

    private Deadline earlier(Deadline deadline) {
        return deadline.remainingNanos() <= totalNanos ? deadline : Deadline.after(total, ticker);
    }

    /** Says whether an attempt after a delay could be of use. */
    boolean leavesTime(Deadline end, long delayNanos) {
        long left = end.remainingNanos() - delayNanos;
        return left > 0 && left >= minAttemptNanos;
    }

    /** Draws the time to wait before an attempt, of which the second is the first to wait. */
    long delayNanos(int attempt) {
        int doublings = Math.min(attempt - 2, Long.SIZE - 1);
        long most = baseNanos > mostNanos >> doublings ? mostNanos : baseNanos << doublings;
        return most == 0 ? 0 : random.applyAsLong(most);
    }

    String noTime(Deadline end, int begun, long elapsedNanos, long delayNanos) {
        return "retry '" + name + "': no time for attempt " + (begun + 1) + " (attempts=" + begun + ", elapsed="
                + Texts.time(elapsedNanos) + ", left=" + Texts.time(end.remainingNanos()) + ", delay="
                + Texts.time(delayNanos) + ", an attempt needs " + Texts.time(minAttemptNanos)
                + "); the attempts before, or the caller, have used it up; give each attempt a time-out that leaves room for"
                + " the next, or more time to all of them";
    }

    String noBudget(RetryBudget spent, int begun, long elapsedNanos) {
        return "retry '" + name + "': no budget for attempt " + (begun + 1) + " (attempts=" + begun + ", elapsed="
                + Texts.time(elapsedNanos) + ", " + spent
                + "); so many calls fail that trying each again would only add load; see what the cause says of the other side";
    }

    /**
     * Returns what this has done.
     *
     * @return the numbers now; those of calls that end meanwhile may be missing in some of them
     */
    public RetryStats stats() {
        return new RetryStats(
                calls.sum(), retries.sum(), recovered.sum(), failed.sum(), outOfTime.sum(), outOfBudget.sum());
    }

    /**
     * Returns the name.
     *
     * @return the name, as given to the builder
     */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "Retry[" + name + ", attempts=" + attempts + ", within " + Texts.time(totalNanos) + ", " + stats() + "]";
    }
}
