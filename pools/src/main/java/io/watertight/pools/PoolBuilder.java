package io.watertight.pools;

import io.watertight.guards.internal.Books;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link Pool}. Not thread-safe; can be used again after {@link #build()}.
 *
 * @param <T> the objects
 */
public final class PoolBuilder<T> {
    /** The most objects a pool may have: a place must fit into a ticket. */
    static final int MOST_OBJECTS = 0xFFFF;

    final String name;
    final int capacity;
    final Allocator<T> allocator;
    int prefill;
    int concurrentCalls = 2;
    int maxHungCalls = -1;
    Duration callTimeout = Duration.ofSeconds(30);
    Duration firstBackOff = Duration.ofMillis(100);
    Duration longestBackOff = Duration.ofSeconds(10);

    @Nullable
    Duration maxLifetime;

    double lifetimeSpread = 0.1;

    @Nullable
    Duration maxIdle;

    @Nullable
    Duration validateEvery;

    @Nullable
    Duration overdueAfter;

    LeakPolicy leakPolicy = LeakPolicy.RETIRE;
    int maxAbandoned = -1;
    OrderPolicy order = OrderPolicy.AFFINITY;
    Duration closeTimeout = Duration.ofSeconds(10);

    @Nullable
    Class<?> interfaceType;

    @Nullable
    Predicate<? super T> dirty;

    DirtyPolicy dirtyPolicy = DirtyPolicy.REPORT;

    @Nullable
    ResetAction<? super T> reset;

    @Nullable
    ToLongFunction<? super T> cost;

    long maxRetainedCost = Long.MAX_VALUE;

    private PoolBuilder(String name, int capacity, Allocator<T> allocator) {
        this.name = name;
        this.capacity = capacity;
        this.allocator = allocator;
    }

    /** The first step: a pool has a bound. */
    public static final class CapacityStep {
        private final String name;

        CapacityStep(String name) {
            this.name = name;
        }

        /**
         * Sets how many objects the pool may have, idle or not; {@link Pool#resize} changes it later.
         *
         * @param objects 1 to 65,535
         * @return the next step
         * @throws IllegalArgumentException if {@code objects} is out of range
         */
        public AllocatorStep capacity(int objects) {
            return new AllocatorStep(name, checkCapacity(objects));
        }
    }

    /** The second step: a pool has a source of objects. */
    public static final class AllocatorStep {
        private final String name;
        private final int capacity;

        AllocatorStep(String name, int capacity) {
            this.name = name;
            this.capacity = capacity;
        }

        /**
         * Sets what makes the objects.
         *
         * @param allocator makes, checks and ends the objects
         * @param <T> the objects
         * @return the builder, with defaults for everything else
         */
        public <T> PoolBuilder<T> allocator(Allocator<T> allocator) {
            return new PoolBuilder<>(name, capacity, Objects.requireNonNull(allocator, "allocator"));
        }
    }

    /**
     * What is done to an object that comes back.
     *
     * @param <T> the object
     */
    @FunctionalInterface
    public interface ResetAction<T> {
        /**
         * Makes an object ready for its next user.
         *
         * @param object an object that was given back
         * @throws Exception is reported, and the object destroyed
         */
        void reset(T object) throws Exception;
    }

    static int checkCapacity(int objects) {
        if (objects < 1 || objects > MOST_OBJECTS) {
            throw new IllegalArgumentException("capacity must be 1 to " + MOST_OBJECTS + ": " + objects);
        }
        return objects;
    }

    /**
     * Has objects made before somebody asks for them, in the background: this many at once, and later whenever there are
     * fewer. {@link Pool#awaitReady} waits for them.
     *
     * @param objects 0 to the capacity; 0 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code objects} is negative or more than the capacity
     */
    public PoolBuilder<T> prefill(int objects) {
        if (objects < 0 || objects > capacity) {
            throw new IllegalArgumentException("prefill must be 0 to the capacity (" + capacity + "): " + objects);
        }
        this.prefill = objects;
        return this;
    }

    /**
     * Sets how many calls of the allocator may run at once: the number of the pool's threads.
     *
     * @param calls 1 or more; 2 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code calls} is less than 1
     */
    public PoolBuilder<T> concurrentCalls(int calls) {
        this.concurrentCalls = checkPositive("concurrentCalls", calls);
        return this;
    }

    /**
     * Sets how long a call of the allocator may take. One that takes longer is interrupted and given up: its thread goes on
     * until the call returns, another takes its place, and what the call returns is destroyed.
     *
     * @param timeout positive, kept to 100 ms; 30 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is zero or negative
     */
    public PoolBuilder<T> callTimeout(Duration timeout) {
        this.callTimeout = checkPositive("callTimeout", timeout);
        return this;
    }

    /**
     * Sets how many calls that were given up may still run before no more objects are made.
     *
     * @param calls 1 or more; twice {@link #concurrentCalls} by default
     * @return this builder
     * @throws IllegalArgumentException if {@code calls} is less than 1
     */
    public PoolBuilder<T> maxHungCalls(int calls) {
        this.maxHungCalls = checkPositive("maxHungCalls", calls);
        return this;
    }

    /**
     * Sets the pauses after failures to make an object: twice as long after each, and up to half of it left out at random.
     *
     * @param first the pause after the first failure; 100 ms by default
     * @param longest the longest pause; 10 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if one is zero or negative, or {@code first} is longer than {@code longest}
     */
    public PoolBuilder<T> backOff(Duration first, Duration longest) {
        checkPositive("first", first);
        checkPositive("longest", longest);
        if (first.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    "first (" + first + ") must not be longer than longest (" + longest + ")");
        }
        this.firstBackOff = first;
        this.longestBackOff = longest;
        return this;
    }

    /**
     * Ends objects that are older than this, once they are idle.
     *
     * @param lifetime positive; without it objects do not age
     * @return this builder
     * @throws IllegalArgumentException if {@code lifetime} is zero or negative
     */
    public PoolBuilder<T> maxLifetime(Duration lifetime) {
        this.maxLifetime = checkPositive("lifetime", lifetime);
        return this;
    }

    /**
     * Shortens the lifetime of each object at random, so that those made together do not end together.
     *
     * @param share the largest part to leave out, 0 to 1; 0.1 by default
     * @return this builder
     * @throws IllegalArgumentException if {@code share} is out of range
     */
    public PoolBuilder<T> lifetimeSpread(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be 0 to 1: " + share);
        }
        this.lifetimeSpread = share;
        return this;
    }

    /**
     * Ends objects that nobody used for this long, but for as many as {@link #prefill} says. {@link OrderPolicy#COMPACT}
     * makes it effective under a small load.
     *
     * @param idle positive; without it objects may be idle for ever
     * @return this builder
     * @throws IllegalArgumentException if {@code idle} is zero or negative
     */
    public PoolBuilder<T> maxIdle(Duration idle) {
        this.maxIdle = checkPositive("idle", idle);
        return this;
    }

    /**
     * Has idle objects checked by {@link Allocator#isValid} in the background.
     *
     * @param interval how long after the last check of an object, or its making; without it nothing is checked
     * @return this builder
     * @throws IllegalArgumentException if {@code interval} is zero or negative
     */
    public PoolBuilder<T> validateEvery(Duration interval) {
        this.validateEvery = checkPositive("interval", interval);
        return this;
    }

    /**
     * Reports leases that are held for longer than this. They are never ended; their return is reported as well.
     *
     * @param limit positive, to 100 ms; without it nothing is overdue
     * @return this builder
     * @throws IllegalArgumentException if {@code limit} is zero or negative
     */
    public PoolBuilder<T> overdueAfter(Duration limit) {
        this.overdueAfter = checkPositive("limit", limit);
        return this;
    }

    /**
     * Sets what happens to an object whose lease was dropped.
     *
     * @param policy the policy; {@link LeakPolicy#RETIRE} by default
     * @return this builder
     */
    public PoolBuilder<T> onLeak(LeakPolicy policy) {
        this.leakPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets how many objects may be let go of without an end, over the life of the pool, before their places stay empty: the
     * bound on objects that live outside the pool.
     *
     * @param objects 0 or more; the capacity by default
     * @return this builder
     * @throws IllegalArgumentException if {@code objects} is negative
     */
    public PoolBuilder<T> maxAbandoned(int objects) {
        if (objects < 0) {
            throw new IllegalArgumentException("maxAbandoned must not be negative: " + objects);
        }
        this.maxAbandoned = objects;
        return this;
    }

    /**
     * Sets which of several idle objects is given out.
     *
     * @param policy the policy; {@link OrderPolicy#AFFINITY} by default
     * @return this builder
     */
    public PoolBuilder<T> order(OrderPolicy policy) {
        this.order = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets what is done to every object that comes back, on the thread that gives it back. An object whose reset fails is
     * destroyed.
     *
     * @param action makes an object ready for its next user
     * @return this builder
     */
    public PoolBuilder<T> reset(ResetAction<? super T> action) {
        this.reset = Objects.requireNonNull(action, "action");
        return this;
    }

    /**
     * Looks at every object that comes back, before its reset, for what its user should have finished: an open transaction,
     * say.
     *
     * @param isDirty true if an object is dirty
     * @param policy what to do then
     * @return this builder
     */
    public PoolBuilder<T> onDirtyReturn(Predicate<? super T> isDirty, DirtyPolicy policy) {
        this.dirty = Objects.requireNonNull(isDirty, "isDirty");
        this.dirtyPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Destroys an object that comes back having grown too large, so that one large request is not paid for for ever.
     *
     * @param cost measures an object, after its reset
     * @param most the most an object may cost to be kept
     * @return this builder
     * @throws IllegalArgumentException if {@code most} is negative
     */
    public PoolBuilder<T> maxRetainedCost(ToLongFunction<? super T> cost, long most) {
        if (most < 0) {
            throw new IllegalArgumentException("most must not be negative: " + most);
        }
        this.cost = Objects.requireNonNull(cost, "cost");
        this.maxRetainedCost = most;
        return this;
    }

    /**
     * At STRICT, gives out each object behind a proxy of this interface that refuses every call once its lease is closed, so
     * that an object which was kept cannot be used after its return. Objects given out as a class cannot be revoked: there
     * only the lease itself is refused. Code that needs the class behind the interface does not work with the proxy.
     *
     * @param type an interface that all objects implement
     * @return this builder
     * @throws IllegalArgumentException if {@code type} is not an interface
     */
    public PoolBuilder<T> revocable(Class<? super T> type) {
        if (!Objects.requireNonNull(type, "type").isInterface()) {
            throw new IllegalArgumentException(
                    "type must be an interface, only those can be revoked: " + type.getName());
        }
        this.interfaceType = type;
        return this;
    }

    /**
     * Sets how long {@link Pool#close()} waits for the end of idle objects.
     *
     * @param timeout positive; 10 seconds by default
     * @return this builder
     * @throws IllegalArgumentException if {@code timeout} is zero or negative
     */
    public PoolBuilder<T> closeTimeout(Duration timeout) {
        this.closeTimeout = checkPositive("timeout", timeout);
        return this;
    }

    private static int checkPositive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be 1 or more: " + value);
        }
        return value;
    }

    private static Duration checkPositive(String what, Duration value) {
        if (Objects.requireNonNull(value, what).isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be positive: " + value);
        }
        return value;
    }

    /**
     * Makes the pool, and starts its prefill.
     *
     * @return the pool; close it
     */
    public Pool<T> build() {
        return BoundedPool.open(new PoolSettings<>(this), Books::open);
    }
}
