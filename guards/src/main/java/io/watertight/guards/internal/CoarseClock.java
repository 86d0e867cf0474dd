package io.watertight.guards.internal;

import io.watertight.guards.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * A clock of 100 ms ticks that costs one field read, and that counts only time in which this process was awake.
 *
 * <p>One thread wakes it a few times a second ({@link #wake()}). When two wakes are more than a second apart, the
 * process was suspended, its machine slept, or nothing was tracked and the waker had ended; that gap is not counted, so
 * that no holder is called late for time in which it could not run. {@link #refresh()} counts all time and is for
 * callers that drive the clock by hand.
 *
 * <p>Thread-safe. {@link #tick()} never blocks.
 */
public final class CoarseClock {
    /*
     * field        read            write                 guard
     * tick         opaque          opaque                this (writers)
     * lastWake     plain           plain                 this
     * uncounted    plain           plain                 this
     *
     * tick is a statistic, it publishes nothing: opaque gives progress and no tearing, and that is all that is needed.
     */
    /** The length of one tick. */
    public static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

    private static final long LONGEST_COUNTED_GAP_NANOS = Duration.ofSeconds(1).toNanos();
    private static final VarHandle TICK;

    static {
        try {
            TICK = MethodHandles.lookup().findVarHandle(CoarseClock.class, "tick", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Ticker ticker;
    private final long origin;

    @SuppressWarnings("UnusedVariable") // read through TICK
    private int tick;

    private long lastWake;
    private long uncounted;

    /**
     * Creates a clock at tick 0.
     *
     * @param ticker where the time comes from
     */
    public CoarseClock(Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.lastWake = origin;
    }

    /**
     * Returns the tick of the last wake or refresh.
     *
     * @return ticks since this clock was made; it wraps after 6.8 years
     */
    public int tick() {
        return (int) TICK.getOpaque(this);
    }

    /**
     * Reads the ticker and counts all time since the last reading.
     *
     * @return the new tick
     */
    public synchronized int refresh() {
        return advanceTo(ticker.nanos());
    }

    /**
     * Reads the ticker and counts the time since the last reading, unless it was so long that the process, or the
     * thread that wakes this clock, cannot have been running.
     *
     * @return the new tick
     */
    public synchronized int wake() {
        long now = ticker.nanos();
        long gap = now - lastWake;
        if (gap > LONGEST_COUNTED_GAP_NANOS) {
            uncounted += gap - TICK_NANOS;
        }
        return advanceTo(now);
    }

    private int advanceTo(long now) {
        lastWake = now;
        int newTick = (int) ((now - origin - uncounted) / TICK_NANOS);
        TICK.setOpaque(this, newTick);
        return newTick;
    }

    /**
     * Converts ticks to nanoseconds.
     *
     * @param ticks a difference of two ticks
     * @return nanoseconds
     */
    public static long toNanos(int ticks) {
        return ticks * TICK_NANOS;
    }

    /**
     * Converts a duration to ticks, rounded up so that nothing is late too early.
     *
     * @param duration a duration that is not negative
     * @return ticks, saturated at {@link Integer#MAX_VALUE}
     */
    public static int toTicks(Duration duration) {
        long tenths = duration.compareTo(Duration.ofSeconds(Integer.MAX_VALUE / 10)) >= 0
                ? Integer.MAX_VALUE
                : (duration.toNanos() + TICK_NANOS - 1) / TICK_NANOS;
        return (int) Math.min(tenths, Integer.MAX_VALUE);
    }
}
