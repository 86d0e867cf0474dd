package io.watertight.concurrency;

import io.watertight.guards.Ticker;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how many attempts are made again, over all calls to one other side: when that fails altogether, trying everything
 * three times would put three times the load on it.
 *
 * <p>Each call adds a share of one retry, and each second adds some, up to a bound; each retry takes one away. So of many calls
 * a part can be tried again, and of few calls some.
 *
 * <p>Thread-safe and without locks; nothing blocks or allocates. Share one between all {@link Retry} objects for the same other
 * side. While nothing is tried again, a call costs one volatile read, and the clock is not read.
 */
public final class RetryBudget {
    /*
     * One word: when time was last added (40 bits of milliseconds since `origin`, 34 years), and what there is, in thousandths
     * of a retry (24 bits). A percentage of a retry is a whole number of thousandths, and so is what a millisecond adds, so
     * nothing is rounded. Every change is a CAS of the word, which is its linearisation point; who fails tries again, as
     * somebody else made progress. A word that is full is not written: who adds to it has nothing to add, and who takes from
     * it adds the time since to what is full already.
     *
     * A thread that read the clock before another, and comes after it, adds no time and leaves the later time.
     */
    private static final int AMOUNT_BITS = 24;
    private static final long AMOUNT_MASK = (1L << AMOUNT_BITS) - 1;
    private static final int ONE = 1_000;
    private static final int MOST = 10_000;

    private final String name;
    private final int perCall;
    private final int perMilli;
    private final int most;
    private final Ticker ticker;
    private final long origin;
    private final AtomicLong word;

    RetryBudget(String name, int percent, int perSecond, int burst, Ticker ticker) {
        this.name = name;
        this.perCall = percent * ONE / 100;
        this.perMilli = perSecond; // retries in a second are thousandths in a millisecond
        this.most = burst * ONE;
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.word = new AtomicLong(most);
    }

    /**
     * Makes a budget, which is full at first.
     *
     * @param name how messages name it
     * @param percentOfCalls how many of 100 calls may be tried again, 0 to 1000; 10 is usual
     * @param perSecond how many retries each second adds, 0 to 10,000
     * @param burst how many retries can be saved up, 1 to 10,000
     * @return the budget
     * @throws IllegalArgumentException if {@code name} is blank, or a number is out of range
     */
    public static RetryBudget of(String name, int percentOfCalls, int perSecond, int burst) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name the budget");
        }
        return new RetryBudget(
                name,
                checkRange("percentOfCalls", percentOfCalls, 0, 1_000),
                checkRange("perSecond", perSecond, 0, MOST),
                checkRange("burst", burst, 1, MOST),
                Ticker.system());
    }

    private static int checkRange(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " must be " + least + " to " + most + ": " + value);
        }
        return value;
    }

    /** A call adds its share. */
    void called() {
        long seen = word.get();
        while (amount(seen) < most) {
            long added = Math.min(most, amount(seen) + perCall);
            if (added == amount(seen) || word.compareAndSet(seen, word(millis(seen), added))) {
                return;
            }
            seen = word.get();
        }
    }

    /** Takes one retry; false if there is not one. */
    boolean tryRetry() {
        long now = millisNow();
        while (true) {
            long seen = word.get();
            long amount = filled(seen, now);
            if (amount < ONE) {
                return false; // what time has added is added again by who comes later
            }
            if (word.compareAndSet(seen, word(Math.max(now, millis(seen)), amount - ONE))) {
                return true;
            }
        }
    }

    /**
     * Returns how many retries there are now.
     *
     * @return 0 to the bound
     */
    public int available() {
        return (int) (filled(word.get(), millisNow()) / ONE);
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    private long filled(long seen, long now) {
        long elapsed = Math.max(0, now - millis(seen)); // of 40 bits, and perMilli has 14
        return Math.min(most, amount(seen) + elapsed * perMilli);
    }

    private long millisNow() {
        return TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - origin);
    }

    private static long word(long millis, long amount) {
        return millis << AMOUNT_BITS | amount;
    }

    private static long millis(long word) {
        return word >>> AMOUNT_BITS;
    }

    private static long amount(long word) {
        return word & AMOUNT_MASK;
    }

    @Override
    public String toString() {
        return "RetryBudget[" + name + ", available=" + available() + " of " + most / ONE + "]";
    }
}
