package io.watertight.caches;

import io.watertight.guards.internal.LibraryThreads;
import io.watertight.guards.internal.Texts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The values of a cache that are open, in the map or not, and the threads that close them. */
final class OpenValues<V> {
    /*
     * A place is taken before a value is loaded or put, and given back when it was closed or detached: so never more are open
     * than there are places. Each open value is in one of two lists: `held`, or `toClose` once nobody uses it any more, and then
     * with a thread. The lists go through the handles, so that nothing has to be allocated to close a value.
     *
     * All fields but `places` are guarded by `lock`, under which no code of users runs, and which is taken under the eviction
     * lock of Caffeine (its listener retires handles), never the other way round.
     */
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    private final LeasedCore<?, V> core;
    private final Semaphore places;
    private final ReentrantLock lock = new ReentrantLock();
    /** Something is to be closed. */
    private final Condition submitted = lock.newCondition();
    /** A value is not open any more. */
    private final Condition changed = lock.newCondition();

    final AtomicLong closed = new AtomicLong();
    final AtomicLong closeFailures = new AtomicLong();
    private @Nullable ValueHandle<V> firstHeld;
    private @Nullable ValueHandle<V> firstToClose;
    private @Nullable ValueHandle<V> lastToClose;
    private int open;
    private int toClose;
    private int closing;
    private int threads;
    private int idle;
    private boolean ended;

    OpenValues(LeasedCore<?, V> core) {
        this.core = core;
        this.places = new Semaphore(core.settings.maxOpen(), true);
    }

    void reserve(long timeoutNanos) throws InterruptedException {
        if (!places.hasQueuedThreads() && places.tryAcquire()) {
            return;
        }
        core.evictUnused(); // and again with each step
        if (!places.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
            core.loads.counters.refused.incrementAndGet();
            Counts now = now();
            throw new LoadRefusedException("cache '" + core.settings.name() + "': " + core.settings.maxOpen()
                    + " values are open, which is the most there may be, and none was closed within "
                    + Texts.time(timeoutNanos) + " (leased=" + now.leased() + ", dropped by the cache but leased="
                    + now.zombies() + ", to be closed=" + now.toClose() + "); close leases sooner, or allow more");
        }
    }

    void unreserve() {
        places.release();
    }

    /** Takes over a value that has a place; refuses when the cache is closed. */
    void add(ValueHandle<V> handle) {
        lock.lock();
        try {
            if (ended) {
                throw core.loads.closedException();
            }
            link(handle);
            open++;
        } finally {
            lock.unlock();
        }
    }

    private void link(ValueHandle<V> handle) {
        ValueHandle<V> first = firstHeld;
        handle.next = first;
        if (first != null) {
            first.previous = handle;
        }
        firstHeld = handle;
    }

    private void unlink(ValueHandle<V> handle) {
        ValueHandle<V> before = handle.previous;
        ValueHandle<V> after = handle.next;
        if (before != null) {
            before.next = after;
        } else if (firstHeld == handle) {
            firstHeld = after;
        }
        if (after != null) {
            after.previous = before;
        }
        handle.previous = null;
        handle.next = null;
    }

    /** By who took the handle to CLOSED: has a thread close its value. Never blocks, never throws. */
    void close(ValueHandle<V> handle) {
        boolean start;
        lock.lock();
        try {
            unlink(handle);
            ValueHandle<V> last = lastToClose;
            if (last == null) {
                firstToClose = handle;
            } else {
                last.next = handle;
            }
            lastToClose = handle;
            toClose++;
            start = wantsThread();
            submitted.signal();
        } finally {
            lock.unlock();
        }
        if (start) {
            startThread();
        }
    }

    /**
     * Starts a thread if one is missing because none could be started before. Makes room for who waits for a place: when they came
     * all values were used, and it is the end of that use that they wait for.
     */
    void step() {
        if (places.hasQueuedThreads()) {
            core.evictUnused();
        }
        boolean start;
        lock.lock();
        try {
            start = wantsThread();
        } finally {
            lock.unlock();
        }
        if (start) {
            startThread();
        }
    }

    private boolean wantsThread() {
        if (toClose <= idle || threads >= core.settings.closers()) {
            return false;
        }
        threads++;
        return true;
    }

    private void startThread() {
        try {
            LibraryThreads.daemon("watertight-cache-" + core.settings.name() + "-close", this::closeAll)
                    .start();
        } catch (Throwable noThread) {
            lostThread(); // the next step tries again
            core.books.failed("a thread of cache '" + core.settings.name() + "' could not be started", noThread);
        }
    }

    private void closeAll() {
        boolean counted = true;
        try {
            for (ValueHandle<V> handle = next(); handle != null; handle = next()) {
                Throwable failure = null;
                try {
                    core.closeValue(handle);
                } catch (Throwable thrown) {
                    failure = thrown;
                }
                Thread.interrupted(); // a value that interrupts its closer does not concern the next one
                handle.value = null;
                finished(handle, failure);
            }
            counted = false; // next() has
        } finally {
            if (counted) { // a lack of memory; the next step starts another
                lostThread();
            }
        }
    }

    private void lostThread() {
        lock.lock();
        try {
            threads--;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable ValueHandle<V> next() {
        lock.lock();
        try {
            long left = IDLE_NANOS;
            while (firstToClose == null) {
                if (left <= 0 || (ended && open == 0)) {
                    threads--;
                    return null;
                }
                idle++;
                try {
                    left = submitted.awaitNanos(left);
                } catch (InterruptedException byAValue) {
                    // It interrupted the thread that closed it; nobody else does.
                } finally {
                    idle--;
                }
            }
            ValueHandle<V> handle = firstToClose;
            firstToClose = handle.next;
            handle.next = null;
            if (firstToClose == null) {
                lastToClose = null;
            }
            toClose--;
            closing++;
            return handle;
        } finally {
            lock.unlock();
        }
    }

    private void finished(ValueHandle<V> handle, @Nullable Throwable failure) {
        closed.incrementAndGet();
        if (failure != null) {
            closeFailures.incrementAndGet();
            try {
                core.books.closeFailed(core.siteOf(handle), failure);
            } catch (Throwable unable) {
                // It is counted.
            }
        }
        lock.lock();
        try {
            closing--;
            if (handle.abandoned == null) { // else it was let go before
                gone();
            }
        } finally {
            lock.unlock();
        }
    }

    private void gone() {
        open--;
        places.release();
        changed.signalAll();
        if (ended && open == 0) {
            submitted.signalAll(); // the threads end
        }
    }

    /** By who took the handle to CLOSED in order to give its value away. */
    void detached(ValueHandle<V> handle) {
        lock.lock();
        try {
            unlink(handle);
            AbandonedValue<V> abandoned = handle.abandoned;
            if (abandoned == null) {
                gone();
            } else { // it was let go before
                abandoned.detach();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing in any more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            submitted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is open; returns what is, and whether the last of it is only being closed. */
    boolean awaitGone(long timeoutNanos) throws InterruptedException {
        long left = timeoutNanos;
        lock.lockInterruptibly();
        try {
            while (open > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
            return open == 0;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return open == 0;
        } finally {
            lock.unlock();
        }
    }

    List<ValueHandle<V>> held() {
        lock.lock();
        try {
            List<ValueHandle<V>> all = new ArrayList<>(open);
            for (ValueHandle<V> handle = firstHeld; handle != null; handle = handle.next) {
                all.add(handle);
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets go of a value that somebody leases when the cache is closed: its last lease closes it, or the collector finds the
     * handle, when the leases were dropped. False if it is about to be closed.
     */
    boolean abandon(ValueHandle<V> handle) {
        lock.lock();
        try {
            if (handle.holds() == 0 || (handle != firstHeld && handle.previous == null)) {
                return false;
            }
            handle.abandoned = core.registerAbandoned(handle);
            unlink(handle);
            gone();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What is there now. */
    record Counts(int open, int resident, int zombies, long leased, int toClose, int closing) {}

    Counts now() {
        lock.lock();
        try {
            int zombies = 0;
            int resident = 0;
            long leased = 0;
            for (ValueHandle<V> handle = firstHeld; handle != null; handle = handle.next) {
                leased += handle.holds();
                if (handle.isRetired()) {
                    zombies++;
                } else {
                    resident++;
                }
            }
            return new Counts(open, resident, zombies, leased, toClose, closing);
        } finally {
            lock.unlock();
        }
    }

    /** Values that the cache dropped so many ticks ago, and that are still leased; each once. */
    List<ValueHandle<V>> findOverdue(int now, int ticks) {
        List<ValueHandle<V>> late = new ArrayList<>(0);
        lock.lock();
        try {
            for (ValueHandle<V> handle = firstHeld; handle != null; handle = handle.next) {
                if (handle.isRetired()) {
                    if (handle.retiredTick == 0) {
                        handle.retiredTick =
                                now == 0 ? 1 : now; // about: so that nothing is to be done where it is retired
                    } else if (!handle.overdue && now - handle.retiredTick >= ticks) {
                        handle.overdue = true;
                        late.add(handle);
                    }
                }
            }
            return late;
        } finally {
            lock.unlock();
        }
    }
}
