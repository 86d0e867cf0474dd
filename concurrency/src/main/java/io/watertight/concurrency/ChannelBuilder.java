package io.watertight.concurrency;

import java.util.Objects;

/**
 * Describes a {@link Channel}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <T> the elements
 */
public final class ChannelBuilder<T> {
    private static final int MOST = 1 << 24;

    private final String name;
    private final int capacity;
    private Disposer<? super T> disposer = ChannelBuilder::closeIfCloseable;

    private ChannelBuilder(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    static CapacityStep named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how messages name the channel");
        }
        return new CapacityStep(name);
    }

    /** The first step: a channel has a bound. */
    public static final class CapacityStep {
        private final String name;

        CapacityStep(String name) {
            this.name = name;
        }

        /**
         * Sets how many elements may be in the channel.
         *
         * @param elements 1 to 2^24; the memory for them is taken at once
         * @param <T> the elements
         * @return the builder
         * @throws IllegalArgumentException if {@code elements} is out of range
         */
        public <T> ChannelBuilder<T> capacity(int elements) {
            if (elements < 1 || elements > MOST) {
                throw new IllegalArgumentException("capacity must be 1 to " + MOST + ": " + elements);
            }
            return new ChannelBuilder<>(name, elements);
        }
    }

    /**
     * Ends an element that nobody receives.
     *
     * @param <T> the element
     */
    @FunctionalInterface
    public interface Disposer<T> {
        /**
         * Ends the element.
         *
         * @param element was sent, and is not received
         * @throws Exception is logged; the others are disposed all the same
         */
        void dispose(T element) throws Exception;
    }

    /**
     * Sets what becomes of elements that nobody receives. It is called without locks, by whoever closes or cancels.
     *
     * @param ends by default closes what is {@link AutoCloseable}
     * @return this builder
     */
    public ChannelBuilder<T> onUndelivered(Disposer<? super T> ends) {
        this.disposer = Objects.requireNonNull(ends, "ends");
        return this;
    }

    private static void closeIfCloseable(Object element) throws Exception {
        if (element instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Makes the channel.
     *
     * @return its first two handles: close both
     */
    public Channel<T> build() {
        ChannelCore<T> core = new ChannelCore<>(name, capacity, disposer);
        return new Channel<>(new Sender<>(core), new Receiver<>(core));
    }
}
