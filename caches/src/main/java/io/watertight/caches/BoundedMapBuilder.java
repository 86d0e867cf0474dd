package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link BoundedMap}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class BoundedMapBuilder<K, V> {
    final String name;
    final long bound;
    final @Nullable Weigher<? super K, ? super V> weigher;

    @Nullable
    Duration timeToLive;

    @Nullable
    Duration timeToIdle;

    boolean weakKeys;

    @Nullable
    KeyProfile<? super K> profile;

    Ticker ticker = Ticker.system();

    private BoundedMapBuilder(String name, long bound, @Nullable Weigher<? super K, ? super V> weigher) {
        this.name = name;
        this.bound = bound;
        this.weigher = weigher;
    }

    /**
     * The first step: a map has a bound.
     *
     * @param <K> the keys
     * @param <V> the values
     */
    public static final class BoundStep<K, V> {
        private final String name;

        BoundStep(String name) {
            this.name = name;
        }

        /**
         * Bounds the number of entries.
         *
         * @param entries more than zero
         * @return the builder
         * @throws IllegalArgumentException if {@code entries} is not more than zero
         */
        public BoundedMapBuilder<K, V> maximumSize(long entries) {
            return new BoundedMapBuilder<>(name, positive("maximumSize", entries), null);
        }

        /**
         * Bounds the sum of the weights of all entries.
         *
         * @param weight more than zero. An entry that weighs more is not kept
         * @param weigher weighs an entry when it is put; at least 1. Must be thread-safe; if it throws, so does the put
         * @return the builder
         * @throws IllegalArgumentException if {@code weight} is not more than zero
         */
        public BoundedMapBuilder<K, V> maximumWeight(long weight, Weigher<? super K, ? super V> weigher) {
            return new BoundedMapBuilder<>(
                    name, positive("maximumWeight", weight), Objects.requireNonNull(weigher, "weigher"));
        }

        private long positive(String what, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(
                        "bounded map '" + name + "': " + what + " must be at least 1: " + value);
            }
            return value;
        }
    }

    /**
     * Removes entries some time after their value was put or replaced.
     *
     * @param time more than zero; as long as it takes by default
     * @return this builder
     * @throws IllegalArgumentException if {@code time} is not more than zero
     */
    public BoundedMapBuilder<K, V> timeToLive(Duration time) {
        this.timeToLive = positive("timeToLive", time);
        return this;
    }

    /**
     * Removes entries some time after they were last used.
     *
     * @param time more than zero; as long as it takes by default
     * @return this builder
     * @throws IllegalArgumentException if {@code time} is not more than zero
     */
    public BoundedMapBuilder<K, V> timeToIdle(Duration time) {
        this.timeToIdle = positive("timeToIdle", time);
        return this;
    }

    /**
     * Lets go of entries whose key nobody else holds, and compares keys by identity. A value that holds its key keeps it for
     * ever; when a field of a value, or a field of what is in one, is seen to do that, a warning is logged, once for each class
     * of values.
     *
     * @return this builder
     */
    public BoundedMapBuilder<K, V> weakKeys() {
        this.weakKeys = true;
        return this;
    }

    /**
     * Counts the keys by their shape, so that reports can say what grows.
     *
     * @param counts where to; may be that of several maps
     * @return this builder
     */
    public BoundedMapBuilder<K, V> profile(KeyProfile<? super K> counts) {
        this.profile = Objects.requireNonNull(counts, "counts");
        return this;
    }

    /**
     * Sets where the time comes from.
     *
     * @param source the {@linkplain Ticker#system() system's} by default
     * @return this builder
     */
    public BoundedMapBuilder<K, V> ticker(Ticker source) {
        this.ticker = Objects.requireNonNull(source, "source");
        return this;
    }

    private Duration positive(String what, Duration time) {
        if (Objects.requireNonNull(time, "time").isNegative() || time.isZero()) {
            throw new IllegalArgumentException(
                    "bounded map '" + name + "': " + what + " must be more than zero: " + time);
        }
        return time;
    }

    /**
     * Makes the map.
     *
     * @return an empty map
     */
    public BoundedMap<K, V> build() {
        return new BoundedCaffeineMap<>(this);
    }
}
