package io.watertight.concurrency;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the watchdog knows of one executor. */
final class ExecutorWatch {
    /*
     * Scans are made by one thread at a time; but for the flags below all that is not final belongs to it.
     *
     * `registered`: true while the watchdog has this, or is about to. Who adds a thread to the executor does so, and then looks
     * at the flag, and has this watched if it is false. A scan that finds no thread clears the flag, and then looks for threads
     * again. So either the scan sees the new thread, or who added it sees the flag; if both do, the CAS decides. The list of
     * threads and the flag are volatile for that.
     *
     * The threads are passed through without a lock; see TaskWorkers.
     */
    static final long LONGEST_PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    static final long SHORTEST_PERIOD_NANOS = Duration.ofMillis(10).toNanos();
    static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();
    static final long NOTHING_TO_WATCH = -1;
    private static final int MOST_REPORTS = 8;
    private static final int PERIODS_IN_THRESHOLD = 4;

    private final ExecutorCore core;
    private final WatchSettings settings;
    private final long periodNanos;
    private final StuckDelivery delivery;
    private final AtomicBoolean registered = new AtomicBoolean();
    private final AtomicLong failures = new AtomicLong();

    /** As many tasks had been queued when the clock showed this. */
    private long markQueued;

    private long markNanos;
    private long starvedDueNanos;
    private boolean marked;

    /** Reports since the clock showed this, and ever. */
    private int reports;

    private long reported;

    private long reportsSinceNanos;

    // Of one scan.
    private int stuck;
    private @Nullable TaskWorker oldest;
    private long oldestAge;
    private boolean lookAgain;

    ExecutorWatch(ExecutorCore core, WatchSettings settings) {
        this.core = core;
        this.settings = settings;
        this.periodNanos = Math.max(
                SHORTEST_PERIOD_NANOS, Math.min(LONGEST_PERIOD_NANOS, settings.stuckNanos() / PERIODS_IN_THRESHOLD));
        this.delivery = new StuckDelivery(core.name(), settings.listener());
    }

    /** By who added a thread to the executor. */
    void threadAdded() {
        if (registered.get() || !registered.compareAndSet(false, true)) {
            return;
        }
        try {
            settings.watchdog().add(this);
        } catch (Throwable noThread) {
            failures.incrementAndGet();
            registered.set(false); // who adds the next one tries again
        }
    }

    /** Looks at everything; returns when to do so again. */
    long scan(long now) {
        TaskWorker first = core.workers.first();
        if (first == null && isDone()) {
            return NOTHING_TO_WATCH;
        }
        stuck = 0;
        oldest = null;
        oldestAge = -1;
        lookAgain = false;
        for (TaskWorker worker = first; worker != null; worker = worker.next) {
            pass(worker, now);
        }
        for (TaskWorker worker = stuck == 0 ? null : first; worker != null; worker = worker.next) {
            lookAt(worker, now);
        }
        if (core.isStarved(this, now)) {
            starved(now);
        }
        oldest = null; // it may be gone before the next scan
        return lookAgain ? Math.min(LOOK_NANOS, periodNanos) : periodNanos;
    }

    private boolean isDone() {
        marked = false;
        registered.set(false);
        return core.workers.first() == null || !registered.compareAndSet(false, true);
    }

    private void pass(TaskWorker worker, long now) {
        WatchdogEntry entry = worker.watched;
        if (entry == null) {
            return;
        }
        long age = entry.age(now, settings.stuckNanos());
        if (age > oldestAge) {
            oldest = worker;
            oldestAge = age;
        }
        if (age >= settings.stuckNanos()) {
            stuck++;
        }
    }

    private void lookAt(TaskWorker worker, long now) {
        WatchdogEntry entry = worker.watched;
        Thread thread = entry == null ? null : worker.thread();
        if (entry == null || thread == null) {
            return;
        }
        long age = entry.age(now, settings.stuckNanos());
        if (age < 0 || !entry.isDue(age) || !mayReport(now)) {
            return;
        }
        try {
            StuckLooks looks = entry.look(thread);
            if (looks == null) {
                lookAgain = true;
                return;
            }
            entry.reported(age);
            reports++;
            reported++;
            delivery.deliver(report(looks.kind(), age, thread, looks.task(), looks.lastStack()));
        } catch (Throwable failure) { // of a lack of memory, say; it is looked at again
            failures.incrementAndGet();
        }
    }

    /** No more than some reports in one threshold: they say how many tasks there are. */
    private boolean mayReport(long now) {
        if (reports > 0 && now - reportsSinceNanos >= settings.stuckNanos()) {
            reports = 0;
        }
        if (reports == 0) {
            reportsSinceNanos = now;
        }
        return reports < MOST_REPORTS;
    }

    /**
     * By the executor, under its lock, in a scan. The mark is a number of tasks; when as many have left the queue, a new one is
     * set. Until then one of them at least is queued, as a task that is cancelled out of turn only makes others seem to have
     * left.
     *
     * @param everQueued tasks that were ever queued
     * @return true if a task has waited for too long, and that is to be reported
     */
    boolean isStarved(long now, long everQueued, int queued) {
        if (!marked || everQueued - queued >= markQueued) {
            marked = true;
            markQueued = everQueued;
            markNanos = now;
            starvedDueNanos = settings.stuckNanos();
        }
        return queued > 0 && now - markNanos >= starvedDueNanos;
    }

    /** After it was found starved, without a lock. */
    private void starved(long now) {
        long age = now - markNanos;
        TaskWorker worker = oldest;
        WatchdogEntry entry = worker == null ? null : worker.watched;
        Thread thread = worker == null ? null : worker.thread();
        if (!mayReport(now)) {
            return;
        }
        try {
            StuckReport report = report(StuckReport.Kind.STARVED, age, null, null, new StackTraceElement[0]);
            if (entry != null && thread != null) {
                int number = entry.number();
                TaskRecord<?> task = entry.task();
                StackTraceElement[] stack = thread.getStackTrace();
                if (entry.isStill(number)) {
                    report = report(StuckReport.Kind.STARVED, age, thread, task, stack);
                }
            }
            starvedDueNanos = 2 * age;
            reports++;
            reported++;
            delivery.deliver(report);
        } catch (Throwable failure) {
            failures.incrementAndGet();
        }
    }

    private StuckReport report(
            StuckReport.Kind kind,
            long age,
            @Nullable Thread thread,
            @Nullable TaskRecord<?> task,
            StackTraceElement[] stack) {
        ExecutorStats stats = core.stats();
        return new StuckReport(
                kind,
                core.name(),
                Duration.ofNanos(age),
                thread == null ? null : thread.getName(),
                task == null ? "" : core.monitor.siteOf(task).label(),
                task instanceof DeadlineTask<?> limited ? limited.deadline() : null,
                task != null && task.isCancelled(),
                List.of(stack),
                stuck,
                stats.running(),
                core.settings.threads(),
                stats.queued());
    }

    long reported() {
        return reported;
    }

    long failures() {
        return failures.get();
    }

    long dropped() {
        return delivery.dropped();
    }
}
