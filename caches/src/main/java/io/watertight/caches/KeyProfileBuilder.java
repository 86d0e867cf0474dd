package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Describes a {@link KeyProfile}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <K> the keys
 */
public final class KeyProfileBuilder<K> {
    private static final int FEWEST_SLOTS = 16;
    private static final int MOST_SLOTS = 4_096;

    final String name;
    KeyShape<? super K> shape = KeyShape.standard();
    int slots = 256;
    Duration window = Duration.ofMinutes(1);
    double alertShare = 0.2;
    double alertTimes = 8;
    long alertEntries = 1_000;
    Consumer<? super KeyAlert> listener = alert -> {};
    Ticker ticker = Ticker.system();

    KeyProfileBuilder(String name) {
        this.name = name;
    }

    /**
     * Sets how keys are told apart.
     *
     * @param tells the {@linkplain KeyShape#standard() standard} shape by default
     * @return this builder
     */
    public KeyProfileBuilder<K> shape(KeyShape<? super K> tells) {
        this.shape = Objects.requireNonNull(tells, "tells");
        return this;
    }

    /**
     * Sets how many shapes are told apart exactly. Each takes up to 256 bytes.
     *
     * @param most 16 to 4,096; 256 by default, which is 64 KiB
     * @return this builder
     * @throws IllegalArgumentException if {@code most} is out of range
     */
    public KeyProfileBuilder<K> slots(int most) {
        if (most < FEWEST_SLOTS || most > MOST_SLOTS) {
            throw new IllegalArgumentException(
                    "key profile '" + name + "': slots must be " + FEWEST_SLOTS + " to " + MOST_SLOTS + ": " + most);
        }
        this.slots = most;
        return this;
    }

    /**
     * Sets for how long growth is summed up.
     *
     * @param time more than zero; one minute by default
     * @return this builder
     * @throws IllegalArgumentException if {@code time} is not more than zero
     */
    public KeyProfileBuilder<K> window(Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException("key profile '" + name + "': window must be more than zero: " + time);
        }
        this.window = time;
        return this;
    }

    /**
     * Sets when the growth of a shape is reported: when all three are reached at the end of a window; before its end, when ten
     * times the entries are gained, as a map that is filled gets its shapes one after the other. A shape without others is
     * never reported: there the ceiling or the bound of the map is what tells.
     *
     * @param share of what all shapes gained, 0 to 1; 0.2 by default: what is not a fifth of the growth is not its cause
     * @param times what the shape in the middle of the others gained, at least 1; 8 by default: shapes commonly differ by a few
     *     times, whatever they are
     * @param entries keys gained, at least 1; 1,000 by default: less than that a minute takes days to fill a heap
     * @return this builder
     * @throws IllegalArgumentException if a number is out of range
     */
    public KeyProfileBuilder<K> alertAt(double share, double times, long entries) {
        if (!(share >= 0 && share <= 1) || !(times >= 1) || entries < 1) {
            throw new IllegalArgumentException("key profile '" + name
                    + "': an alert needs a share of 0 to 1, at least 1 time and at least 1 entry: " + share + ", "
                    + times
                    + ", " + entries);
        }
        this.alertShare = share;
        this.alertTimes = times;
        this.alertEntries = entries;
        return this;
    }

    /**
     * Sets who is told, beside the log, that a shape grows faster than the others; at most once in each window.
     *
     * @param told is called on the thread that adds or removes, or takes a snapshot, while no lock is held by this library
     *     unless a map calls while it evicts; must be quick, and must not use the map. What it throws is logged
     * @return this builder
     */
    public KeyProfileBuilder<K> onAlert(Consumer<? super KeyAlert> told) {
        this.listener = Objects.requireNonNull(told, "told");
        return this;
    }

    /**
     * Sets where the time comes from.
     *
     * @param source the {@linkplain Ticker#system() system's} by default
     * @return this builder
     */
    public KeyProfileBuilder<K> ticker(Ticker source) {
        this.ticker = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Makes the profile.
     *
     * @return a profile that has seen no keys
     */
    public KeyProfile<K> build() {
        return new KeyProfile<>(this);
    }
}
