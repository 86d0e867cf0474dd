package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Describes a {@link Retry}. Not thread-safe; can be used again after {@link #build()}. */
public final class RetryBuilder {
    private static final int MOST = 1_000;

    final String name;
    final int attempts;
    final Duration total;
    Duration base = Duration.ofMillis(100);
    Duration most = Duration.ofSeconds(10);
    Duration minAttempt = Duration.ZERO;
    Predicate<? super Exception> retryOn = RetryBuilder::isNoFaultOfTheProgram;

    @Nullable
    RetryBudget budget;

    Ticker ticker = Ticker.system();
    RetryPause pause = RetryPause::park;
    LongUnaryOperator random = most -> ThreadLocalRandom.current().nextLong(most);

    private RetryBuilder(String name, int attempts, Duration total) {
        this.name = name;
        this.attempts = attempts;
        this.total = total;
    }

    static AttemptsStep named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name what is tried");
        }
        return new AttemptsStep(name);
    }

    /** The first step: there is a bound to the attempts. */
    public static final class AttemptsStep {
        private final String name;

        AttemptsStep(String name) {
            this.name = name;
        }

        /**
         * Sets how often something is tried, the first time included.
         *
         * @param atMost 1 to 1000
         * @return the next step
         * @throws IllegalArgumentException if {@code atMost} is out of range
         */
        public WithinStep attempts(int atMost) {
            if (atMost < 1 || atMost > MOST) {
                throw new IllegalArgumentException("attempts must be 1 to " + MOST + ": " + atMost);
            }
            return new WithinStep(name, atMost);
        }
    }

    /** The second step: there is a bound to their time. */
    public static final class WithinStep {
        private final String name;
        private final int attempts;

        WithinStep(String name, int attempts) {
            this.name = name;
            this.attempts = attempts;
        }

        /**
         * Sets how long all attempts of a call may take together, with the time between them.
         *
         * @param total positive
         * @return the builder, with defaults for everything else
         * @throws IllegalArgumentException if {@code total} is not positive
         */
        public RetryBuilder within(Duration total) {
            if (checkNotNegative("total", total).isZero()) {
                throw new IllegalArgumentException("total must be positive: " + total);
            }
            return new RetryBuilder(name, attempts, total);
        }
    }

    private static Duration checkNotNegative(String what, Duration duration) {
        if (Objects.requireNonNull(duration, what).isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative: " + duration);
        }
        return duration;
    }

    private static boolean isNoFaultOfTheProgram(Exception failure) {
        return !(failure instanceof RuntimeException) || failure instanceof UncheckedIOException;
    }

    /**
     * Sets the delays, of which a random part is waited: at most the first before the second attempt, at most twice as long
     * before the third, and so on.
     *
     * @param first not negative; 100 ms by default; none for no waiting
     * @param longest not less than {@code first}; 10 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code first} is negative, or longer than {@code longest}
     */
    public RetryBuilder backoff(Duration first, Duration longest) {
        if (checkNotNegative("first", first).compareTo(Objects.requireNonNull(longest, "longest")) > 0) {
            throw new IllegalArgumentException("first must not be longer than longest: " + first + " > " + longest);
        }
        this.base = first;
        this.most = longest;
        return this;
    }

    /**
     * Sets how much time has to be left for an attempt to be begun: what the fastest useful answer takes.
     *
     * @param shortest not negative, less than the time for all attempts; zero by default
     * @return this builder
     * @throws IllegalArgumentException if {@code shortest} is out of range
     */
    public RetryBuilder minAttempt(Duration shortest) {
        if (checkNotNegative("shortest", shortest).compareTo(total) >= 0) {
            throw new IllegalArgumentException(
                    "shortest must be less than the time for all attempts: " + shortest + " >= " + total);
        }
        this.minAttempt = shortest;
        return this;
    }

    /**
     * Sets which failures are tried again. {@link Retry} names those that never are.
     *
     * @param transientFailure called on the calling thread; what it throws means no, and is suppressed in the failure. By
     *     default checked exceptions and {@link UncheckedIOException}, as others are mostly faults of the program
     * @return this builder
     */
    public RetryBuilder retryOn(Predicate<? super Exception> transientFailure) {
        this.retryOn = Objects.requireNonNull(transientFailure, "transientFailure");
        return this;
    }

    /**
     * Sets what bounds the retries of all calls to the same other side.
     *
     * @param shared none by default
     * @return this builder
     */
    public RetryBuilder budget(RetryBudget shared) {
        this.budget = Objects.requireNonNull(shared, "shared");
        return this;
    }

    /** For tests that need no time: the clock, how the time between attempts passes, and what part of a delay is drawn. */
    RetryBuilder host(Ticker clock, RetryPause passes, LongUnaryOperator drawn) {
        this.ticker = clock;
        this.pause = passes;
        this.random = drawn;
        return this;
    }

    /**
     * Makes the retry.
     *
     * @return the retry
     */
    public Retry build() {
        return new Retry(this);
    }
}
