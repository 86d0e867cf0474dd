package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link WatchedMap}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class WatchedMapBuilder<K, V> {
    final String name;
    final long ceiling;
    final CeilingPolicy policy;
    Consumer<? super WatchedMapStats> listener = stats -> {};

    @Nullable
    KeyProfile<? super K> profile;

    Ticker ticker = Ticker.system();

    private WatchedMapBuilder(String name, long ceiling, CeilingPolicy policy) {
        this.name = name;
        this.ceiling = ceiling;
        this.policy = policy;
    }

    /**
     * The first step: a map has a ceiling.
     *
     * @param <K> the keys
     * @param <V> the values
     */
    public static final class CeilingStep<K, V> {
        private final String name;

        CeilingStep(String name) {
            this.name = name;
        }

        /**
         * Sets how many entries there are meant to be at most.
         *
         * @param entries more than zero
         * @param policy what happens to those for which there is no room
         * @return the builder
         * @throws IllegalArgumentException if {@code entries} is not more than zero
         */
        public WatchedMapBuilder<K, V> ceiling(long entries, CeilingPolicy policy) {
            if (entries < 1) {
                throw new IllegalArgumentException(
                        "watched map '" + name + "': the ceiling must be at least 1: " + entries);
            }
            return new WatchedMapBuilder<>(name, entries, Objects.requireNonNull(policy, "policy"));
        }
    }

    /**
     * Sets who is told, beside the log, that there is no room: at once, and then at most once a minute.
     *
     * @param told is called on the thread that adds, after it has added or was refused, while no lock of the map is held. What
     *     it throws is logged
     * @return this builder
     */
    public WatchedMapBuilder<K, V> onNoRoom(Consumer<? super WatchedMapStats> told) {
        this.listener = Objects.requireNonNull(told, "told");
        return this;
    }

    /**
     * Counts the keys by their shape, so that reports can say what grows.
     *
     * @param counts where to; may be that of several maps
     * @return this builder
     */
    public WatchedMapBuilder<K, V> profile(KeyProfile<? super K> counts) {
        this.profile = Objects.requireNonNull(counts, "counts");
        return this;
    }

    /**
     * Sets where the time comes from.
     *
     * @param source the {@linkplain Ticker#system() system's} by default
     * @return this builder
     */
    public WatchedMapBuilder<K, V> ticker(Ticker source) {
        this.ticker = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Makes the map.
     *
     * @return an empty map
     */
    public WatchedMap<K, V> build() {
        return new WatchedHashMap<>(this);
    }
}
