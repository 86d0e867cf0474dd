package io.watertight.guards;

import io.watertight.guards.internal.LibraryThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes findings from everywhere, and makes reports of them on a thread of its own: the only one that runs user code. */
final class Reporter implements Runnable {
    /*
     * Findings wait in a bounded queue; one that finds no room is counted at its site all the same, only its report is
     * lost, and that is counted too. Leaked records that hold their resource wait in an unbounded queue, because a reclaim
     * must not be lost; there are never more of them than there were open records.
     *
     * field                        guard
     * findings, leaked, thread,    lock
     * ended                        lock
     * heldBack                     turn; isEmpty() is a volatile read
     * firstFailure                 volatile; written once, taken under turn
     *
     * `turn` only keeps dispatchers apart, so that listeners see one report at a time and pump() returns after the last
     * one. Nothing but pump() and this thread ever waits for it.
     */
    static final int QUEUE_CAPACITY = 1_024;
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final long IDLE_NANOS = Duration.ofSeconds(10).toNanos();

    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    final Suppressions suppressions = Suppressions.fromSystemProperty();
    private final LeakRegistry registry;
    private final boolean threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final ArrayDeque<Finding> findings = new ArrayDeque<>();
    private final ArrayDeque<LeakRecord.Holding<?>> leaked = new ArrayDeque<>();
    private final ReentrantLock turn = new ReentrantLock();
    private final HeldBack heldBack = new HeldBack();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong listenerFailures = new AtomicLong();
    private final AtomicLong libraryFailures = new AtomicLong();
    private volatile @Nullable LibraryFailure firstFailure;
    private @Nullable Thread thread;
    private boolean ended;

    Reporter(LeakRegistry registry, boolean threads) {
        this.registry = registry;
        this.threads = threads;
    }

    /** One finding on its way to a report. */
    record Finding(
            Evidence evidence,
            Site site,
            @Nullable LeakRecord record,
            @Nullable Thread owner,
            @Nullable Throwable cause,
            boolean returnedLate) {

        /** The owner is taken now: the next sweep lets go of one that died. */
        static Finding of(Evidence evidence, Site site, @Nullable LeakRecord record, @Nullable Throwable cause) {
            return new Finding(evidence, site, record, record == null ? null : record.ownerVolatile(), cause, false);
        }
    }

    void found(Evidence evidence, Site site, @Nullable LeakRecord record, @Nullable Throwable cause) {
        site.detector().signal();
        enqueue(Finding.of(evidence, site, record, cause), null);
    }

    void returnedLate(Site site, LeakRecord record) {
        enqueue(new Finding(Evidence.OVERDUE, site, record, record.ownerVolatile(), null, true), null);
    }

    void leakedHolding(LeakRecord.Holding<?> record) {
        enqueue(null, record);
    }

    private void enqueue(@Nullable Finding finding, LeakRecord.@Nullable Holding<?> record) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (record != null) {
                leaked.add(record);
            } else if (finding != null && findings.size() < QUEUE_CAPACITY) {
                findings.add(finding);
            } else {
                dropped.incrementAndGet();
            }
            ensureThread();
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. A thread that cannot be started now is started by the next finding or sweep. */
    private void ensureThread() {
        if (threads && thread == null && !ended) {
            try {
                Thread fresh = LibraryThreads.daemon("watertight-reports", this);
                fresh.start();
                thread = fresh;
            } catch (OutOfMemoryError noThread) {
                libraryFailures.incrementAndGet();
            }
        }
    }

    @Override
    public void run() {
        do {
            try {
                dispatchAll();
            } catch (Throwable failure) {
                libraryFailed("dispatching reports failed", failure);
            }
        } while (awaitMore());
    }

    /** True when something has arrived; false, and this thread is no longer the reporter, when nothing did. */
    private boolean awaitMore() {
        lock.lock();
        try {
            long left = IDLE_NANOS;
            while (findings.isEmpty() && leaked.isEmpty() && !ended) {
                if (left <= 0) {
                    if (!heldBack.isEmpty()) {
                        return true; // to see whether its minute is over
                    }
                    thread = null;
                    return false;
                }
                try {
                    left = arrived.awaitNanos(left);
                } catch (InterruptedException byAListener) {
                    // Only end() ends this thread.
                }
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    /** Makes reports of everything that waits. A listener that gets here through pump() leaves the rest to the outer call. */
    void dispatchAll() {
        if (turn.isHeldByCurrentThread()) {
            return;
        }
        turn.lock();
        try {
            for (LeakRecord.Holding<?> record = pollLeaked(); record != null; record = pollLeaked()) {
                judge(record);
            }
            for (Finding finding = pollFinding(); finding != null; finding = pollFinding()) {
                report(finding);
            }
            heldBack.due(registry.ticker.nanos()).forEach(this::publish);
            logFirstFailure();
        } finally {
            turn.unlock();
        }
    }

    private LeakRecord.@Nullable Holding<?> pollLeaked() {
        lock.lock();
        try {
            return leaked.poll();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Finding pollFinding() {
        lock.lock();
        try {
            return findings.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Asks the probe of a dropped resource, counts it, and releases it if its type reclaims. */
    private <T> void judge(LeakRecord.Holding<T> record) {
        Site site = record.site();
        T resource = record.resource;
        if (resource == null || !Probe.isStillOpen(site.detector().probe(), resource, this)) {
            record.transition(LeakRecord.LEAKED, LeakRecord.DETACHED);
            site.detached();
            return;
        }
        site.leaked();
        site.detector().signal();
        report(Finding.of(Evidence.GC_PROVEN, site, record, null));
        if (record.reclaim && record.transition(LeakRecord.LEAKED, LeakRecord.CLOSING) != -1) {
            try {
                record.action.run(resource);
                record.finish(LeakRecord.CLOSED);
            } catch (Throwable failure) {
                record.finish(LeakRecord.CLOSE_FAILED);
                site.closeFailed(record, failure);
            }
        }
    }

    private void report(Finding finding) {
        if (suppressions.covers(finding.site()) || finding.site().detector().level() == TrackingLevel.OFF) {
            return;
        }
        LeakRecord record = finding.record();
        if (finding.evidence().isSuspicion()
                && !finding.returnedLate()
                && record instanceof LeakRecord.Holding<?> holding
                && holding.resource != null
                && !Probe.isStillOpen(finding.site().detector().probe(), holding.resource, this)) {
            return;
        }
        long bytes = record == null ? 0 : record.bytes();
        if (record instanceof DetailedRecord<?> detailed) {
            tellScope(detailed, new HeldBack.Batch(finding, 1, bytes));
        }
        HeldBack.Batch batch = heldBack.offer(finding, bytes, registry.ticker.nanos());
        if (batch != null) {
            publish(batch);
        }
    }

    /** What a test has to know before the rate limit. */
    private void tellScope(DetailedRecord<?> record, HeldBack.Batch batch) {
        LeakScope scope = record.scope();
        Evidence evidence = batch.last().evidence();
        if (scope != null && (evidence == Evidence.GC_PROVEN || evidence == Evidence.CLOSE_FAILED)) {
            scope.found(LeakReports.of(batch, registry));
        }
    }

    private void publish(HeldBack.Batch batch) {
        if (!isJvmExiting()) {
            publish(LeakReports.of(batch, registry));
        }
    }

    private void publish(LeakReport report) {
        LogSink.log(report);
        registry.jfr().report(report);
        for (Registration registration : listeners) {
            try {
                registration.listener.onLeak(report);
            } catch (Throwable failure) {
                if (listenerFailures.incrementAndGet() == 1) {
                    LOG.warn(
                            "leak listener {} threw; further failures are counted, not logged",
                            registration.listener.getClass().getName(),
                            failure);
                }
            }
        }
    }

    /** Says whether the JVM has begun to exit: then whatever is open is open because nobody needs to close it any more. */
    private static boolean isJvmExiting() {
        Thread probe = new Thread(() -> {}, "watertight-exit-probe");
        try {
            Runtime.getRuntime().addShutdownHook(probe);
            Runtime.getRuntime().removeShutdownHook(probe);
            return false;
        } catch (IllegalStateException exiting) {
            return true;
        }
    }

    /** Something inside this library failed; it goes on, and says so once, on the reporter's thread. */
    void libraryFailed(String what, Throwable failure) {
        if (libraryFailures.incrementAndGet() == 1) {
            try {
                firstFailure = new LibraryFailure(what, failure);
            } catch (OutOfMemoryError onlyCounted) {
                // The caller may be an open that has linked its record: nothing may fail there.
            }
        }
    }

    private void logFirstFailure() {
        LibraryFailure first = firstFailure;
        if (first != null) {
            firstFailure = null;
            LOG.warn("watertight: {}; further failures are counted, not logged", first.what(), first.failure());
        }
    }

    private record LibraryFailure(String what, Throwable failure) {}

    long dropped() {
        return dropped.get();
    }

    long listenerFailures() {
        return listenerFailures.get();
    }

    long libraryFailures() {
        return libraryFailures.get();
    }

    Lease<LeakListener> addListener(LeakListener listener) {
        return new Registration(listeners, Objects.requireNonNull(listener, "listener"));
    }

    /** A listener in the list; it is removed by identity, so one listener may be added twice. */
    private static final class Registration implements Lease<LeakListener> {
        private final List<Registration> listeners;
        private final LeakListener listener;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Registration(List<Registration> listeners, LeakListener listener) {
            this.listeners = listeners;
            this.listener = listener;
            listeners.add(this);
        }

        @Override
        public LeakListener get() {
            if (!isOpen()) {
                throw new IllegalStateException("this listener was removed");
            }
            return listener;
        }

        @Override
        public boolean isOpen() {
            return open.get();
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                listeners.remove(this);
            }
        }
    }

    /** Ends the thread and waits for it, unless this is called by it. */
    void end() {
        Thread running;
        lock.lock();
        try {
            ended = true;
            findings.clear();
            leaked.clear();
            running = thread;
            thread = null;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.clear();
        if (running != null) {
            LibraryThreads.join(running);
        }
    }
}
