package io.watertight.caches;

import io.watertight.guards.CleanupAction;
import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link LeasedCache}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class LeasedCacheBuilder<K, V> {
    private static final int MOST_OPEN = 1 << 29;

    private final String name;
    private final long maximum;
    private final @Nullable Weigher<? super K, ? super V> weigher;
    private @Nullable CacheLoader<? super K, ? extends V> loader;
    private Duration loadTimeout = Duration.ofSeconds(30);
    private int maxInFlight = 64;
    private int maxOpen;
    private int closers = 2;
    private Duration closeTimeout = Duration.ofSeconds(10);
    private LeftoverPolicy leftovers = LeftoverPolicy.ABANDON;
    private @Nullable CleanupAction<? super V> closeAction;
    private @Nullable Duration timeToLive;
    private boolean restartedByAccess;
    private double jitter = 0.1;
    private @Nullable Duration overdueAfter;
    private @Nullable LoadDefence<? super K> defence;
    private @Nullable Executor executor;
    private long bytesPerValue = -1;
    private Ticker ticker = Ticker.system();
    private BooksOpener books = Books::open;

    private LeasedCacheBuilder(String name, long maximum, @Nullable Weigher<? super K, ? super V> weigher) {
        this.name = name;
        this.maximum = maximum;
        this.weigher = weigher;
    }

    /**
     * The first step: a cache has a bound.
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
         * Bounds the number of values in the cache.
         *
         * @param values 1 to 2^29
         * @return the next step
         * @throws IllegalArgumentException if {@code values} is out of range
         */
        public LeasedCacheBuilder<K, V> maximumSize(long values) {
            if (values < 1 || values > MOST_OPEN) {
                throw new IllegalArgumentException("values must be 1 to " + MOST_OPEN + ": " + values);
            }
            return new LeasedCacheBuilder<>(name, values, null);
        }

        /**
         * Bounds the sum of the weights of the values in the cache.
         *
         * @param weight 1 or more
         * @param weigher says the weight of a value, 1 or more, once, when it is loaded or put. If it throws, or returns less, the
         *     value is closed, and the load or put fails
         * @return the next step
         * @throws IllegalArgumentException if {@code weight} is less than 1
         */
        public LeasedCacheBuilder<K, V> maximumWeight(long weight, Weigher<? super K, ? super V> weigher) {
            return new LeasedCacheBuilder<>(
                    name, Arguments.atLeast(1, weight, "weight"), Objects.requireNonNull(weigher, "weigher"));
        }
    }

    /**
     * Sets what loads a value that is missing; without it values are put, or loaded by who acquires them.
     *
     * @param loads must be thread-safe
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> loader(CacheLoader<? super K, ? extends V> loads) {
        this.loader = Objects.requireNonNull(loads, "loads");
        return this;
    }

    /**
     * Sets how long a load may take before it fails for all who wait, and its thread is interrupted.
     *
     * @param timeout more than zero; without it 30 s
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> loadTimeout(Duration timeout) {
        Arguments.positiveNanos(timeout, "timeout");
        this.loadTimeout = timeout;
        return this;
    }

    /**
     * Bounds how many loaders may run at once. One that does not react to its interrupt counts until it returns.
     *
     * @param loads 1 or more; without it 64
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> maxInFlight(int loads) {
        this.maxInFlight = Arguments.atLeast(1, loads, "loads");
        return this;
    }

    /**
     * Bounds how many values may be open: in the cache, dropped by it but still leased, being loaded, or being closed. Who needs a
     * value beyond that waits until one is closed.
     *
     * @param values 1 to 2^29; without it twice the bound of the cache, and one for each load in flight
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> maxOpen(int values) {
        if (values < 1 || values > MOST_OPEN) {
            throw new IllegalArgumentException("values must be 1 to " + MOST_OPEN + ": " + values);
        }
        this.maxOpen = values;
        return this;
    }

    /**
     * Sets how many values are closed at once.
     *
     * @param threads 1 or more; without it 2. They end when there is nothing to close
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> closeThreads(int threads) {
        this.closers = Arguments.atLeast(1, threads, "threads");
        return this;
    }

    /**
     * Sets how a value is closed; needed if it is no {@link AutoCloseable}. Called once for each value, on a thread of the cache, never
     * under a lock. What it throws is reported and counted.
     *
     * @param action closes a value
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> closeWith(CleanupAction<? super V> action) {
        this.closeAction = Objects.requireNonNull(action, "action");
        return this;
    }

    /**
     * Sets how long {@link LeasedCache#close()} waits for leases to be given back.
     *
     * @param timeout zero or more; without it 10 s
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> closeTimeout(Duration timeout) {
        Arguments.notNegativeNanos(timeout, "timeout");
        this.closeTimeout = timeout;
        return this;
    }

    /**
     * Sets what becomes of values that are still leased after that.
     *
     * @param policy without it {@link LeftoverPolicy#ABANDON}
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> leftovers(LeftoverPolicy policy) {
        this.leftovers = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Drops values some time after they were loaded or put. A loader may say another time for its value ({@link CacheLoad#timeToLive}).
     *
     * @param time more than zero; without it there is no limit
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> timeToLive(Duration time) {
        Arguments.positiveNanos(time, "time");
        this.timeToLive = time;
        this.restartedByAccess = false;
        return this;
    }

    /**
     * Drops values some time after they were last used. Replaces {@link #timeToLive}.
     *
     * @param time more than zero
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> timeToIdle(Duration time) {
        Arguments.positiveNanos(time, "time");
        this.timeToLive = time;
        this.restartedByAccess = true;
        return this;
    }

    /**
     * Sets by how much times to live are spread, so that what was loaded at once does not expire at once. Always the same for a key.
     *
     * @param share 0 to less than 1; without it 0.1: by up to a tenth, to both sides
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> jitter(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("share must be from 0 to less than 1: " + share);
        }
        this.jitter = share;
        return this;
    }

    /**
     * Reports values that are still leased so long after the cache has dropped them.
     *
     * @param time more than zero, to a second; without it nothing is overdue
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> overdueAfter(Duration time) {
        Arguments.positiveNanos(time, "time");
        this.overdueAfter = time;
        return this;
    }

    /**
     * Sets what is remembered of keys without value and of failures, and how many loads there may be in a second.
     *
     * @param loadDefence of this cache alone; without it failures are remembered, and absence is not
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> defence(LoadDefence<? super K> loadDefence) {
        this.defence = Objects.requireNonNull(loadDefence, "loadDefence");
        return this;
    }

    /**
     * Sets where loaders run.
     *
     * @param loadExecutor runs each load it accepts, and may be one that runs it on the calling thread, which then waits for as long as
     *     its loader takes; without it threads of the cache, which end after 5 idle seconds
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> executor(Executor loadExecutor) {
        this.executor = Objects.requireNonNull(loadExecutor, "loadExecutor");
        return this;
    }

    /**
     * Says how large a value is at the most, for {@link LeasedCache#worstCaseBytes()}.
     *
     * @param bytes zero or more
     * @return this builder
     */
    public LeasedCacheBuilder<K, V> bytesPerValue(long bytes) {
        this.bytesPerValue = Arguments.atLeast(0, bytes, "bytes");
        return this;
    }

    LeasedCacheBuilder<K, V> ticker(Ticker source) {
        this.ticker = source;
        return this;
    }

    LeasedCacheBuilder<K, V> books(BooksOpener opener) {
        this.books = opener;
        return this;
    }

    /**
     * Makes the cache.
     *
     * @return the cache; close it
     */
    public LeasedCache<K, V> build() {
        return BoundedLeasedCache.open(settings(), loader, bytesPerValue, books);
    }

    private LeasedSettings<K, V> settings() {
        LoadDefence<? super K> given = defence;
        LoadDefence<? super K> itsDefence = given == null ? failuresOnly() : given;
        Duration time = timeToLive;
        Duration overdue = overdueAfter;
        CleanupAction<? super V> action = closeAction;
        return new LeasedSettings<>(
                name,
                maximum,
                weigher,
                new LoadSettings<>(
                        name,
                        ticker,
                        Arguments.positiveNanos(loadTimeout, "timeout"),
                        maxInFlight,
                        itsDefence,
                        executor),
                maxOpen == 0 ? (int) Math.min(MOST_OPEN, 2 * Math.min(maximum, MOST_OPEN) + maxInFlight) : maxOpen,
                closers,
                Arguments.notNegativeNanos(closeTimeout, "timeout"),
                leftovers,
                action == null ? LeasedSettings.CLOSE : action,
                time == null ? 0 : Arguments.positiveNanos(time, "time"),
                restartedByAccess,
                jitter,
                overdue == null ? 0 : CoarseClock.toTicks(overdue));
    }

    private LoadDefence<K> failuresOnly() {
        LoadDefenceBuilder<K> builder = LoadDefence.builder(name);
        builder.ticker = ticker;
        return builder.maximumRemembered(Math.max(100, Math.min(10_000, maximum / 10)))
                .backOff()
                .build();
    }
}
