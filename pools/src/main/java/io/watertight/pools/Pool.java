package io.watertight.pools;

import com.google.errorprone.annotations.CheckReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.TrackingLevel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bounded set of objects that are lent to one user at a time: connections, parsers, large buffers.
 *
 * <p>An object has exactly one user: a handle that is closed twice, or used after its close, is recognised and refused,
 * whoever has the object by then. Who waits is served in the order of arrival, on platform and on virtual threads. A lease
 * that is dropped without close is found when the garbage collector finds it, reported with the line that acquired it, and
 * another object takes the place of the lost one. A pool that is dropped without close is found and ended as well.
 *
 * <p>Objects are made, checked and ended by the pool's own threads: {@code acquire} waits for a maker no longer than its own
 * time-out, and giving an object back neither waits nor throws what an allocator throws.
 *
 * <p>Thread-safe. An {@link Allocator} and the actions of a pool must not refer to the pool itself, or it cannot be found
 * when it is dropped.
 *
 * @param <T> the objects
 */
public interface Pool<T> extends AutoCloseable {
    /**
     * Starts to describe a pool.
     *
     * @param name how reports name it, and the type of its leases for levels and suppressions
     * @return the first of the two steps that every pool needs
     * @throws IllegalArgumentException if {@code name} is blank
     */
    static PoolBuilder.CapacityStep builder(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how reports name the pool");
        }
        return new PoolBuilder.CapacityStep(name);
    }

    /**
     * Acquires an object, and waits for one behind all who wait already.
     *
     * @param timeout the longest time to wait; zero not to wait
     * @return the lease: close it
     * @throws PoolTimeoutException if none came free in time; its message says who holds them
     * @throws InterruptedException if the calling thread was interrupted while it waited, unless it was served first
     * @throws PoolClosedException if the pool is closed, now or while the caller waits
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    @MustBeClosed
    PoolLease<T> acquire(Duration timeout) throws InterruptedException;

    /**
     * Acquires an object if one is idle and nobody waits. If none is, another one is begun to be made, as far as the capacity
     * allows. Never blocks.
     *
     * @return the lease; null if there is none now
     * @throws PoolClosedException if the pool is closed
     */
    @MustBeClosed
    @Nullable
    PoolLease<T> tryAcquire();

    /**
     * Acquires an object without waiting on a thread. To cancel the future is to stop waiting. The lease belongs to no thread
     * until it is {@linkplain PoolLease#handOver(Thread) handed over}.
     *
     * @param timeout the longest time to wait, kept to 100 ms
     * @param executor completes the future, and runs what depends on it; it must not run it on the calling thread, which may
     *     be one that gives an object back, or one of this library
     * @return completed with the lease, or exceptionally as {@link #acquire} fails
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    CompletableFuture<PoolLease<T>> acquireAsync(Duration timeout, Executor executor);

    /**
     * Uses an object for the time of a call. Allocates nothing.
     *
     * @param timeout the longest time to wait for the object
     * @param use gets the object, and must not keep it
     * @param <R> the result
     * @param <E> what {@code use} may throw
     * @return what {@code use} returns
     * @throws E what {@code use} throws
     * @throws PoolTimeoutException as {@link #acquire}
     * @throws InterruptedException as {@link #acquire}
     */
    <R, E extends Exception> R with(Duration timeout, PoolFunction<? super T, ? extends R, E> use)
            throws E, InterruptedException;

    /**
     * Acquires an object by number, for callers that cannot allocate: nothing is allocated, and whoever loses the number
     * loses the object until it is found overdue or its thread has ended.
     *
     * @param timeout the longest time to wait
     * @return the ticket, never 0
     * @throws PoolTimeoutException as {@link #acquire}
     * @throws InterruptedException as {@link #acquire}
     */
    @CheckReturnValue
    long acquireTicket(Duration timeout) throws InterruptedException;

    /**
     * Acquires an object by number if one is idle and nobody waits.
     *
     * @return the ticket; 0 if there is none now
     */
    @CheckReturnValue
    long tryAcquireTicket();

    /**
     * Returns the object of a ticket.
     *
     * @param ticket the ticket
     * @return the object, valid until the ticket is released
     * @throws IllegalStateException if the ticket is not valid any more
     */
    T get(long ticket);

    /**
     * Gives the object of a ticket back.
     *
     * @param ticket the ticket
     * @throws IllegalStateException if the ticket is not valid any more
     */
    void release(long ticket);

    /**
     * Gives a ticket back whose object is broken: it is destroyed.
     *
     * @param ticket the ticket
     * @param cause what is wrong
     * @throws IllegalStateException if the ticket is not valid any more
     */
    void invalidate(long ticket, Throwable cause);

    /**
     * Waits until the prefill is there.
     *
     * @param timeout the longest time to wait
     * @throws PoolTimeoutException if it is not there in time; its cause says why, if making objects failed
     * @throws InterruptedException if the calling thread is interrupted
     * @throws PoolClosedException if the pool is closed
     */
    void awaitReady(Duration timeout) throws InterruptedException;

    /**
     * Changes how many objects the pool may have. A larger pool serves who waits at once; a smaller one ends idle objects at
     * once and others when they come back.
     *
     * @param capacity 1 to 65,535
     * @throws IllegalArgumentException if {@code capacity} is out of range
     */
    void resize(int capacity);

    /**
     * Destroys the objects that a test chooses: idle ones at once, leased ones when they come back, if the test still chooses
     * them then. Objects that are being given back, made or checked at this moment may be missed.
     *
     * @param test true for an object to destroy; called by this thread and by those that give objects back
     * @return how many idle ones were chosen
     */
    int evict(Predicate<? super T> test);

    /**
     * Has all objects made anew by another allocator: idle ones at once, others when they come back; each is ended by the
     * allocator that made it. Never blocks.
     *
     * @param allocator makes the objects from now on
     * @return completed when the last object of the one before is gone
     */
    CompletionStage<@Nullable Void> replaceAllocator(Allocator<T> allocator);

    /** Lets nobody acquire anything until {@link #resume()}: who tries waits. What is leased can be used and given back. */
    void suspend();

    /** Ends a suspension. */
    void resume();

    /**
     * Changes how the leases of this pool are tracked, from now on.
     *
     * @param level the level; {@link TrackingLevel#TRACK} by default. At FULL and STRICT, and in a scope, every lease has its own
     *     stack and costs about two microseconds; at OFF dropped leases are not found
     */
    void level(TrackingLevel level);

    /**
     * Lists who holds what now.
     *
     * @return the holders, the oldest first
     */
    List<PoolHolder> holders();

    /**
     * Counts.
     *
     * @return the numbers now
     */
    PoolStats stats();

    /**
     * Returns the name given to the builder.
     *
     * @return the name
     */
    String name();

    /**
     * Closes this pool and waits until its last object is gone.
     *
     * @param deadline the longest time to wait
     * @return what became of it: who still holds an object if the time was too short
     * @throws InterruptedException if the calling thread is interrupted; the pool is closed all the same
     */
    DrainReport drain(Duration deadline) throws InterruptedException;

    /**
     * Closes this pool: nothing can be acquired any more, who waits is refused, idle objects are destroyed, and leased ones
     * will be when they come back. Waits for the end of idle objects, for at most the builder's close timeout; an interrupt
     * ends the wait and is kept. A second call only waits.
     */
    @Override
    void close();
}
