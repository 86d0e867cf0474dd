package io.watertight.caches;

import com.github.benmanes.caffeine.cache.AsyncCache;
import io.watertight.guards.Ticker;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The miss path of a cache: one load for each key, on a thread that holds no lock, within a time, in bounded number, and
 * cancelled when nobody waits for it any more.
 *
 * @param <V> what loaders return
 * @param <E> what the map holds
 */
final class Loads<K, V, E> {
    /*
     * A place among those in flight is taken before the flight is put into the map, and given back when the loader has returned:
     * a loader that ignores its interrupt keeps its place, so that never more threads hang than that. Who finds no place waits
     * for one, in order of arrival, as long as it would wait for the load.
     *
     * Nothing ticks: a flight has at least one party who waits, and who waits past the deadline of the load ends it for all.
     * Those without (refreshes) are ended when the next load begins after their deadline.
     *
     * `lock` guards `runs`, and `waitsFor` of each; nothing is called under it.
     */
    final Ticker ticker;
    final LoadHost<K, V, E> host;
    final String name;
    private final AsyncCache<K, E> cache;
    private final long timeoutNanos;
    private final int maxInFlight;
    private final LoadDefence<? super K> defence;
    private final Executor executor;
    private final @Nullable LoadThreads ownThreads;
    private final Semaphore places;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<LoadRun<K, V, E>> runs = new HashSet<>();
    private boolean closed;
    final LoadCounters counters = new LoadCounters();
    private final LoadFailedException lackOfMemory;

    Loads(LoadSettings<K> settings, AsyncCache<K, E> cache, LoadHost<K, V, E> host) {
        this.name = settings.cacheName();
        this.ticker = settings.ticker();
        this.timeoutNanos = settings.timeoutNanos();
        this.maxInFlight = settings.maxInFlight();
        this.defence = settings.defence();
        this.cache = cache;
        this.host = host;
        this.places = new Semaphore(maxInFlight, true);
        this.lackOfMemory = new LoadFailedException(
                "cache '" + name + "': the load failed, and there was no memory to say how",
                new OutOfMemoryError(),
                Duration.ZERO);
        Executor given = settings.executor();
        LoadThreads own = given == null ? new LoadThreads(name) : null;
        this.ownThreads = own;
        this.executor = own == null ? Objects.requireNonNull(given) : own;
    }

    /** The entry of a key, held; null if the key has no value. */
    @Nullable
    E get(K key, CacheLoader<? super K, ? extends V> loader, long waitNanos) throws InterruptedException {
        long start = ticker.nanos();
        while (true) {
            CompletableFuture<E> present = cache.getIfPresent(key);
            if (present == null) {
                int stamp = defence.stamp(key);
                if (defence.isAbsent(key)) {
                    return null;
                }
                Flight<E> begun = begin(key, loader, stamp, left(start, waitNanos));
                if (begun != null) {
                    return awaitBegun(begun, start, waitNanos);
                }
            } else if (present.isDone() || !(present instanceof Flight<E> flight)) {
                E held = tryTake(present, start, waitNanos);
                if (held != null) {
                    return held;
                }
                cache.asMap().remove(key, present); // it is over; so each turn gets further
            } else {
                LoadRun<?, ?, ?> waiter = waitFor(flight);
                if (flight.tryJoin()) {
                    return await(flight, start, waitNanos, waiter);
                }
                stopWaiting(waiter);
                E held = flight.isCancelledFlight() ? null : tryTake(flight, start, waitNanos);
                if (held != null) {
                    return held;
                }
                cache.asMap().remove(key, flight);
            }
        }
    }

    /** What replaces an entry in the course of time: completed exceptionally if it is to stay. Bounded by the free places. */
    CompletableFuture<E> reload(K key, CacheLoader<? super K, ? extends V> loader) {
        CompletableFuture<E> replacement = new CompletableFuture<>();
        endOverdue();
        if (!takesPlace()) {
            counters.refused.incrementAndGet();
            replacement.completeExceptionally(new CancellationException("all places for loads are taken"));
            return replacement;
        }
        LoadRun<K, V, E> run = null;
        try {
            run = newRun(key, loader, defence.stamp(key));
            Flight<E> failureOf = run.flight;
            var unused = failureOf.whenComplete((entry, never) -> {
                if (failureOf.failure() == null) {
                    replacement.complete(entry);
                } else {
                    replacement.completeExceptionally(new CancellationException("the reload failed"));
                }
            });
        } finally {
            if (run == null) {
                places.release();
            }
        }
        start(run);
        return replacement;
    }

    private long left(long start, long waitNanos) {
        return Math.max(0, Math.min(waitNanos, timeoutNanos) - (ticker.nanos() - start));
    }

    /** Takes what has just landed, or was there; null if there is nothing to take. */
    private @Nullable E tryTake(CompletableFuture<E> present, long start, long waitNanos) throws InterruptedException {
        try {
            E entry = present.get(left(start, waitNanos), TimeUnit.NANOSECONDS);
            return entry != null && host.tryHold(entry) ? entry : null;
        } catch (TimeoutException impatient) {
            throw timedOut(waitNanos);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Begins a load, for one party; null if somebody else has. */
    private @Nullable Flight<E> begin(K key, CacheLoader<? super K, ? extends V> loader, int stamp, long waitNanos)
            throws InterruptedException {
        endOverdue();
        if (!takesPlace() && !places.tryAcquire(waitNanos, TimeUnit.NANOSECONDS)) {
            counters.refused.incrementAndGet();
            throw new LoadRefusedException("cache '" + name + "': " + maxInFlight
                    + " loads are in flight, which is the most there may be, and none ended within "
                    + Texts.time(waitNanos) + " (" + overdueNow()
                    + " of them are past their time-out); the source of the values is too slow, or hangs");
        }
        boolean reserved = false;
        boolean begun;
        LoadRun<K, V, E> run = null;
        try {
            host.reserve(waitNanos);
            reserved = true;
            defence.admit(key);
            run = newRun(key, loader, stamp);
            Flight<E> flight = run.flight;
            begun = cache.get(key, (same, direct) -> flight) == flight;
        } catch (Throwable failure) {
            if (run != null) {
                withdraw(run, failure);
            } else {
                if (reserved) {
                    host.unreserve();
                }
                places.release();
            }
            throw failure;
        }
        if (!begun) {
            gone(run); // unless it was cancelled meanwhile, which gave its places back
            return null;
        }
        start(run);
        return run.flight;
    }

    /** Ends what the map failed to take, or has taken before it failed. */
    private void withdraw(LoadRun<K, V, E> run, Throwable why) {
        try {
            run.flight.cancel(
                    new LoadFailedException("cache '" + name + "': a load could not begin", why, Duration.ZERO));
            cache.asMap().remove(run.key, run.flight);
        } catch (RuntimeException | Error failureOfKey) {
            // Whoever finds the flight finds it cancelled.
        } finally {
            gone(run); // unless the cancel has given its places back
        }
    }

    /** Takes a place if there is one, and nobody waits for it. */
    private boolean takesPlace() {
        return !places.hasQueuedThreads() && places.tryAcquire();
    }

    private LoadRun<K, V, E> newRun(K key, CacheLoader<? super K, ? extends V> loader, int stamp) {
        Flight<E> flight = new Flight<>();
        LoadRun<K, V, E> run = new LoadRun<>(this, key, loader, flight, ticker.nanos() + timeoutNanos, stamp);
        flight.begin(run);
        lock.lock();
        try {
            if (closed) {
                throw closedException();
            }
            runs.add(run);
        } finally {
            lock.unlock();
        }
        return run;
    }

    private void start(LoadRun<K, V, E> run) {
        try {
            counters.loads.incrementAndGet();
            executor.execute(run);
        } catch (Throwable refused) { // or there is no memory for a thread
            if (run.refuse()) { // else the executor has taken it nevertheless
                if (run.flight.land() > 0) {
                    run.flight.fail(failure(run, refused));
                }
                gone(run);
            }
        }
    }

    /** Waits for a flight that the caller began: its party already, before it is known whether it would wait for itself. */
    private @Nullable E awaitBegun(Flight<E> flight, long start, long waitNanos) throws InterruptedException {
        LoadRun<?, ?, ?> waiter;
        try {
            waiter = waitFor(flight);
        } catch (Throwable failure) {
            forgo(flight);
            throw failure;
        }
        return await(flight, start, waitNanos, waiter);
    }

    /** By a party that cannot wait any more. */
    private void forgo(Flight<E> flight) {
        if (!flight.leave()) {
            E entry = flight.join(); // it is there, or just coming
            if (entry != null) {
                host.release(entry);
            }
        }
    }

    /** Waits for a flight of which the caller is a party. */
    private @Nullable E await(Flight<E> flight, long start, long waitNanos, @Nullable LoadRun<?, ?, ?> waiter)
            throws InterruptedException {
        boolean party = true;
        try {
            LoadRun<?, ?, E> run = flight.runNow();
            long deadline = run == null ? Long.MAX_VALUE : run.deadline - ticker.nanos();
            long patience = Math.max(0, waitNanos - (ticker.nanos() - start));
            try {
                E entry = flight.get(Math.max(0, Math.min(patience, deadline)), TimeUnit.NANOSECONDS);
                party = false;
                return outcome(flight, entry);
            } catch (TimeoutException late) {
                if (deadline <= patience) {
                    timeOut(flight);
                } else if (flight.leave()) {
                    party = false;
                    throw timedOut(waitNanos);
                }
            } catch (InterruptedException interrupted) {
                if (flight.leave()) {
                    party = false;
                    throw interrupted;
                }
                Thread.currentThread().interrupt(); // the result was first
            }
            E entry = flight.join(); // it is there, or just coming
            party = false;
            return outcome(flight, entry);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } finally {
            if (party) { // of a lack of memory or of stack
                forgo(flight);
            }
            stopWaiting(waiter);
        }
    }

    /** Each gets an exception of their own: what they do with it does not concern the others. */
    private @Nullable E outcome(Flight<E> flight, @Nullable E entry) {
        RuntimeException failure = flight.failure();
        if (failure instanceof LoadFailedException failed) {
            throw new LoadFailedException(failed);
        } else if (failure instanceof LoadTimeoutException late) {
            throw new LoadTimeoutException(late);
        } else if (failure != null) {
            throw closedException();
        }
        return entry;
    }

    private LoadTimeoutException timedOut(long waitNanos) {
        return new LoadTimeoutException("cache '" + name + "': the value was not there within " + Texts.time(waitNanos)
                + "; its load goes on for those who still wait for it");
    }

    private void timeOut(Flight<E> flight) {
        LoadRun<?, ?, E> run = flight.runNow();
        if (run == null) {
            return;
        }
        LoadTimeoutException why = new LoadTimeoutException("cache '" + name + "': the loader did not return within "
                + Texts.time(timeoutNanos) + "; it was interrupted, and its result will be disposed of");
        @SuppressWarnings("unchecked")
        K key = (K) run.key;
        if (flight.cancel(why)) {
            counters.timeouts.incrementAndGet();
            defence.failed(key, run.stamp, why);
        }
    }

    /** Loaders that wait for themselves would do so until they time out. The run of the calling thread, if it is a loader. */
    private @Nullable LoadRun<?, ?, ?> waitFor(Flight<E> flight) {
        Thread self = Thread.currentThread();
        LoadRun<?, ?, ?> target = flight.runNow();
        LoadRun<?, ?, ?> mine = null;
        lock.lock();
        try {
            for (LoadRun<K, V, E> run : runs) {
                if (run.isRunBy(self)) {
                    mine = run;
                }
            }
            if (mine == null) {
                return null;
            }
            for (LoadRun<?, ?, ?> next = target; next != null; next = next.waitsFor) {
                if (next == mine) {
                    throw new IllegalStateException("cache '" + name + "': the loader of a key of "
                            + mine.key.getClass().getName() + " asks the cache for that same key"
                            + (target == mine ? "" : ", by way of another") + "; it would wait for itself");
                }
            }
            mine.waitsFor = target;
            return mine;
        } finally {
            lock.unlock();
        }
    }

    private void stopWaiting(@Nullable LoadRun<?, ?, ?> waiter) {
        if (waiter != null) {
            lock.lock();
            try {
                waiter.waitsFor = null;
            } finally {
                lock.unlock();
            }
        }
    }

    /** By the thread of a run, when its loader has returned or thrown. */
    void ended(LoadRun<K, V, E> run, @Nullable V value, @Nullable Throwable failure) {
        E entry = null;
        Throwable problem = failure;
        if (problem == null && value != null) {
            try {
                entry = host.adopt(run.key, value, run.timeToLiveNanos());
            } catch (Throwable refused) {
                problem = refused;
            }
        }
        run.adopted = entry != null;
        int parties = run.flight.land();
        if (parties == 0) {
            if (entry != null) {
                counters.late.incrementAndGet();
                host.discard(entry);
            }
        } else if (problem != null) {
            counters.failures.incrementAndGet();
            run.flight.fail(failure(run, problem));
        } else {
            try {
                if (entry == null) {
                    counters.absent.incrementAndGet();
                    defence.absent(run.key, run.stamp);
                } else {
                    host.holdMore(entry, parties - 1);
                    defence.loaded(run.key);
                }
            } finally {
                run.flight.deliver(entry); // whatever the defence throws: those who wait have no other way out
            }
        }
    }

    private RuntimeException failure(LoadRun<K, V, E> run, Throwable cause) {
        try {
            return defence.failed(run.key, run.stamp, cause);
        } catch (RuntimeException keyOfUser) {
            return new LoadFailedException(
                    "cache '" + name + "': a load failed, and its key as well", cause, Duration.ZERO);
        } catch (Throwable unable) {
            return lackOfMemory;
        }
    }

    /** A run is over, whatever became of it. */
    void gone(LoadRun<K, V, E> run) {
        if (remove(run)) {
            places.release();
            if (!run.adopted) {
                host.unreserve();
            }
        }
    }

    private boolean remove(LoadRun<K, V, E> run) {
        lock.lock();
        try {
            return runs.remove(run);
        } finally {
            lock.unlock();
        }
    }

    CacheClosedException closedException() {
        return new CacheClosedException(
                "cache '" + name + "' is closed; nothing can be loaded or put into it any more");
    }

    private List<LoadRun<K, V, E>> runsNow() {
        lock.lock();
        try {
            return List.copyOf(runs);
        } finally {
            lock.unlock();
        }
    }

    private long overdueNow() {
        long now = ticker.nanos();
        return runsNow().stream().filter(run -> run.deadline - now <= 0).count();
    }

    private void endOverdue() {
        if (places.availablePermits() == 0) {
            long now = ticker.nanos();
            for (LoadRun<K, V, E> run : runsNow()) {
                if (run.deadline - now <= 0) {
                    timeOut(run.flight);
                }
            }
        }
    }

    int inFlight() {
        return maxInFlight - places.availablePermits();
    }

    /** Cancels all loads, for all who wait, and allows no more. */
    void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        for (LoadRun<K, V, E> run : runsNow()) {
            run.flight.cancel(closedException());
        }
        if (ownThreads != null) {
            ownThreads.shutdown();
        }
    }
}
