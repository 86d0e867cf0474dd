package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.Objects;

/**
 * A moment after which nobody waits any more: absolute, so that it can be handed down through calls and retries without
 * growing on the way.
 *
 * <p>Moments are compared by difference and durations are saturated at 146 years, so nothing overflows. A deadline belongs to
 * the clock it was made with; those of two clocks cannot be compared. Immutable and thread-safe; nothing blocks, and nothing
 * but {@link #after} and {@link #remaining} allocates.
 */
public final class Deadline implements Comparable<Deadline> {
    /** Half of what a difference can say, so that the difference of two deadlines can be said as well. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private static final Ticker SYSTEM = Ticker.system();
    private static final Deadline NEVER = new Deadline(0, SYSTEM, true);

    private final long atNanos;
    private final Ticker ticker;
    private final boolean never;

    private Deadline(long atNanos, Ticker ticker, boolean never) {
        this.atNanos = atNanos;
        this.ticker = ticker;
        this.never = never;
    }

    /**
     * Returns the deadline that never passes.
     *
     * @return the same object each time; comparable with the deadlines of every clock
     */
    public static Deadline never() {
        return NEVER;
    }

    /**
     * Makes a deadline by the system's clock.
     *
     * @param delay how far ahead; zero or negative for one that has passed
     * @return the deadline
     */
    public static Deadline after(Duration delay) {
        return after(delay, SYSTEM);
    }

    /**
     * Makes a deadline by another clock, for tests that need no sleep.
     *
     * @param delay how far ahead; zero or negative for one that has passed
     * @param ticker the clock
     * @return the deadline
     */
    public static Deadline after(Duration delay, Ticker ticker) {
        long nanos = Texts.saturatedNanos(Objects.requireNonNull(delay, "delay"));
        Objects.requireNonNull(ticker, "ticker");
        return new Deadline(ticker.nanos() + Math.max(-LONGEST_NANOS, Math.min(LONGEST_NANOS, nanos)), ticker, false);
    }

    /**
     * Says whether this is the deadline that never passes.
     *
     * @return true for {@link #never()} only
     */
    public boolean isNever() {
        return never;
    }

    /**
     * Says whether the moment has come.
     *
     * @return true at the deadline and after it
     */
    public boolean isExpired() {
        return !never && atNanos - ticker.nanos() <= 0;
    }

    /**
     * Says how long one may still wait.
     *
     * @return zero if the deadline has passed; 292 years if it never does
     */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    long remainingNanos() {
        return never ? Long.MAX_VALUE : Math.max(0, atNanos - ticker.nanos());
    }

    /**
     * Returns the earlier of two deadlines: how a deadline is inherited.
     *
     * @param other a deadline by the same clock, or one that never passes
     * @return this one if they are equal
     * @throws IllegalArgumentException if they were made with different clocks
     */
    public Deadline min(Deadline other) {
        return compareTo(other) <= 0 ? this : other;
    }

    /**
     * Says whether this deadline passes before another.
     *
     * @param other a deadline by the same clock, or one that never passes
     * @return false if they are equal
     * @throws IllegalArgumentException if they were made with different clocks
     */
    public boolean isBefore(Deadline other) {
        return compareTo(other) < 0;
    }

    /**
     * Orders by time, the one that never passes last.
     *
     * @param other a deadline by the same clock, or one that never passes
     * @return negative if this one passes first
     * @throws IllegalArgumentException if they were made with different clocks
     */
    @Override
    public int compareTo(Deadline other) {
        Objects.requireNonNull(other, "other");
        if (never || other.never) {
            return Boolean.compare(never, other.never);
        }
        if (ticker != other.ticker) {
            throw new IllegalArgumentException(
                    "other was made with another clock, so the two cannot be compared: give both the same ticker");
        }
        return Long.signum(atNanos - other.atNanos);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Deadline that
                        && !never
                        && !that.never
                        && atNanos == that.atNanos
                        && ticker == that.ticker);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(atNanos);
    }

    @Override
    public String toString() {
        if (never) {
            return "Deadline[never]";
        }
        long left = atNanos - ticker.nanos();
        return left > 0 ? "Deadline[in " + Texts.time(left) + "]" : "Deadline[" + Texts.time(-left) + " ago]";
    }
}
