package io.watertight.guards;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.internal.CoarseClock;
import java.lang.ref.Cleaner;
import java.lang.ref.ReferenceQueue;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A place where resources of one type are acquired, with exact counters and one example of a stack.
 *
 * <p>Keep the site in a static final field and open from it: every resource opened there is attributed to it, every
 * time, at no cost beyond tracking.
 *
 * <p>Sites are interned by type and token in a bounded table (4,096; what comes later is counted at its type's common
 * site). Thread-safe.
 */
public final class Site implements Tracker {
    /** Rare events, indices into {@link #events}. */
    private static final int LEAKED = 0;

    private static final int OVERDUE = 1;
    private static final int OWNER_DEAD = 2;
    private static final int SCOPE_END = 3;
    private static final int CLOSE_FAILED = 4;
    private static final int REDUNDANT = 5;
    private static final int DETACHED = 6;
    private static final int KINDS = 7;

    private final LeakDetector detector;
    private final LeakRegistry registry;
    private final ReferenceQueue<Object> queue;
    private final CoarseClock clock;
    private final String label;
    private final boolean attributed;
    private final RecordTable table = new RecordTable(this);
    private final AtomicLongArray events = new AtomicLongArray(KINDS);
    private final LongAdder countedAcquisitions = new LongAdder();
    private final LongAdder countedReleases = new LongAdder();
    private final Guard.Untracked countedOpen = new Guard.Untracked(this, true);
    private final Guard.Untracked countedClosed = new Guard.Untracked(this, false);
    private volatile List<StackTraceElement> exemplar;

    /** A site with a label; {@code attributed} is false for a type's common site, which says nothing of the line. */
    Site(LeakDetector detector, String label, boolean attributed, List<StackTraceElement> exemplar) {
        this.detector = detector;
        this.registry = detector.registry();
        this.queue = registry.queue;
        this.clock = registry.clock;
        this.label = label;
        this.attributed = attributed;
        this.exemplar = exemplar;
    }

    /**
     * Returns the detector of this site's type.
     *
     * @return the detector
     */
    public LeakDetector detector() {
        return detector;
    }

    /**
     * Returns the token, or the source line this site stands for.
     *
     * @return a label for people
     */
    public String label() {
        return label;
    }

    /**
     * Returns one stack that acquired here, outermost caller last, without frames of this library.
     *
     * @return the example; empty if none was taken
     */
    public List<StackTraceElement> exemplar() {
        return exemplar;
    }

    /**
     * Reads the counters. Walks the open records of this site, so it is for reports, not for hot paths.
     *
     * @return the counters now
     */
    public SiteStats stats() {
        registry.stepLock.lock();
        try {
            // In this order: who leaves counts the exit before its kind, and an open before its exit.
            long leaked = events.get(LEAKED);
            long detached = events.get(DETACHED);
            long countedExits = countedReleases.sum();
            long countedOpens = countedAcquisitions.sum();
            RecordTable.Count count = table.count();
            long exits = count.exits + countedExits;
            long outstanding = count.outstanding + countedOpens - countedExits;
            return new SiteStats(
                    exits + outstanding,
                    exits - leaked - detached,
                    detached,
                    leaked,
                    events.get(OVERDUE),
                    events.get(OWNER_DEAD),
                    events.get(SCOPE_END),
                    events.get(CLOSE_FAILED),
                    events.get(REDUNDANT),
                    outstanding,
                    count.bytes);
        } finally {
            registry.stepLock.unlock();
        }
    }

    @Override
    @MustBeClosed
    public <T> Guard<T> open(T resource, CleanupAction<? super T> action) {
        try {
            if (resource == null || action == null) {
                throw FailedOpen.nullArgument(resource);
            }
            if (detector.isFastPath()) {
                Thread thread = Thread.currentThread();
                Guard<T> guard = new Guard<>(resource, action);
                return link(guard, new LeakRecord(guard, queue, clock.tick(), thread), thread);
            }
            if (detector.isOff()) {
                return new Guard<>(resource, action, Guard.Untracked.OFF);
            }
            return SlowPath.open(this, 0, null, resource, action);
        } catch (Throwable failure) {
            throw FailedOpen.release(resource, action, failure);
        }
    }

    @Override
    @MustBeClosed
    public <T> Guard<T> open(long bytes, T resource, CleanupAction<? super T> action) {
        try {
            if (resource == null || action == null) {
                throw FailedOpen.nullArgument(resource);
            }
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes must not be negative: " + bytes);
            }
            if (detector.isFastPath()) {
                Thread thread = Thread.currentThread();
                Guard<T> guard = new Guard<>(resource, action);
                return link(guard, new LeakRecord.Sized(guard, queue, clock.tick(), thread, bytes), thread);
            }
            return SlowPath.open(this, bytes, null, resource, action);
        } catch (Throwable failure) {
            throw FailedOpen.release(resource, action, failure);
        }
    }

    @Override
    public <T> Guard<T> guard(Object referent, T resource, CleanupAction<? super T> action) {
        try {
            if (resource == null || action == null) {
                throw FailedOpen.nullArgument(resource);
            }
            SelfCapture.check(referent, resource, action);
            return SlowPath.open(this, 0, referent, resource, action);
        } catch (Throwable failure) {
            throw FailedOpen.release(resource, action, failure);
        }
    }

    @Override
    public Cleaner.Cleanable register(Object referent, Runnable action) {
        if (action == null) {
            throw new NullPointerException("action must not be null");
        }
        SelfCapture.check(referent, action);
        return SlowPath.openReclaimed(this, referent, action);
    }

    /** Makes a guard and its record known: the last step of an open, after which nothing can fail. */
    <T> Guard<T> link(Guard<T> guard, LeakRecord record, Thread thread) {
        guard.attach(record);
        table.link(record, thread);
        registry.watch();
        return guard;
    }

    LeakRegistry registry() {
        return registry;
    }

    /** False for the common site of a type, where acquisitions that were not sampled are counted. */
    boolean isAttributed() {
        return attributed;
    }

    RecordTable table() {
        return table;
    }

    /** Type and label, for messages. */
    String describe() {
        return "'" + detector.type() + "' acquired at " + label;
    }

    /** Called when a stripe of this site is used for the first time: rare, and on an acquiring thread. */
    void sampleExemplar() {
        if (attributed && exemplar.isEmpty()) {
            exemplar = StackCapture.trace();
        }
    }

    Guard.Untracked countedOpen() {
        return countedOpen;
    }

    void countAcquisition() {
        countedAcquisitions.increment();
    }

    Guard.Untracked countedClosed() {
        return countedClosed;
    }

    /** How often this kind of evidence was found here. */
    long found(Evidence evidence) {
        return switch (evidence) {
            case GC_PROVEN -> events.get(LEAKED);
            case OVERDUE -> events.get(OVERDUE);
            case OWNER_DEAD -> events.get(OWNER_DEAD);
            case SCOPE_END -> events.get(SCOPE_END);
            case CLOSE_FAILED -> events.get(CLOSE_FAILED);
        };
    }

    void countRelease() {
        countedReleases.increment();
    }

    /** Open resources of level COUNT, which have no records. */
    long countedOutstanding() {
        long released = countedReleases.sum();
        return countedAcquisitions.sum() - released;
    }

    void redundantClose() {
        events.incrementAndGet(REDUNDANT);
    }

    void detached() {
        events.incrementAndGet(DETACHED);
    }

    void leaked() {
        events.incrementAndGet(LEAKED);
    }

    void overdue(LeakRecord record) {
        events.incrementAndGet(OVERDUE);
        registry.reporter.found(Evidence.OVERDUE, this, record, null);
    }

    void ownerDead(LeakRecord record) {
        events.incrementAndGet(OWNER_DEAD);
        registry.reporter.found(Evidence.OWNER_DEAD, this, record, null);
    }

    void scopeEnd(LeakRecord record) {
        events.incrementAndGet(SCOPE_END);
        registry.reporter.found(Evidence.SCOPE_END, this, record, null);
    }

    void closeFailed(@Nullable LeakRecord record, Throwable cause) {
        events.incrementAndGet(CLOSE_FAILED);
        registry.reporter.found(Evidence.CLOSE_FAILED, this, record, cause);
    }

    void returnedLate(LeakRecord record) {
        registry.reporter.returnedLate(this, record);
    }

    @Override
    public String toString() {
        return "Site[" + describe() + "]";
    }
}
