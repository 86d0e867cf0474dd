package io.watertight.concurrency;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Which task one thread runs, told by that thread, and since when it is known to, noted by the watchdog. */
final class WatchdogEntry {
    /*
     * A sequence lock whose writer is the thread that runs tasks:
     *
     *   even: none --begin: task, then sequence + 1, release--> odd: runs `task`
     *   odd --end: sequence + 1, then a store-store fence, then task = null--> even
     *
     * So `task` does not change while the sequence is odd. The watchdog reads the sequence (acquire), then the task and the
     * stack, then, after a load-load fence, the sequence again. If it is the same and odd, both belong together: a stack of
     * the next task is written after the sequence of the end. That second read is the linearisation point of a look.
     *
     * No clock is read by the writer: the watchdog notes when it first saw a number, so it knows ages to one of its periods,
     * and never too high.
     *
     * field                  read                              write
     * sequence               acquire; opaque after the fence   release, opaque; one writer
     * task                   opaque, confirmed by the sequence opaque; one writer
     * all others             plain, by who scans               plain, by who scans: one thread at a time
     */
    private static final VarHandle SEQUENCE;
    private static final VarHandle TASK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SEQUENCE = lookup.findVarHandle(WatchdogEntry.class, "sequence", int.class);
            TASK = lookup.findVarHandle(WatchdogEntry.class, "task", TaskRecord.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private int sequence;

    @SuppressWarnings("UnusedVariable") // through TASK
    private @Nullable TaskRecord<?> task;

    /** The number that was seen last; even if it has gone on. */
    private int seen;

    private long sinceNanos;
    /** The age at which it is looked at. */
    private long dueNanos;

    private @Nullable StuckLooks looks;

    /** By the thread that runs tasks. */
    void begin(TaskRecord<?> begun) {
        TASK.setOpaque(this, begun);
        SEQUENCE.setRelease(this, sequence + 1);
    }

    /** By the same thread. */
    void end() {
        SEQUENCE.setOpaque(this, sequence + 1);
        VarHandle.storeStoreFence();
        TASK.setOpaque(this, (TaskRecord<?>) null);
    }

    /** Begins to look: the number of what runs now; even if nothing does. */
    int number() {
        return (int) SEQUENCE.getAcquire(this);
    }

    /** What runs, if {@link #isStill} says so afterwards. */
    @Nullable
    TaskRecord<?> task() {
        return (TaskRecord<?>) TASK.getOpaque(this);
    }

    /** Ends a look: whether everything that was read since the number was is of one task. */
    boolean isStill(int number) {
        VarHandle.loadLoadFence();
        return (int) SEQUENCE.getOpaque(this) == number && (number & 1) == 1;
    }

    /** By who scans: the age of what runs, as far as it is known; negative if nothing does. */
    long age(long nowNanos, long firstDueNanos) {
        int now = number();
        if (now != seen) {
            seen = now;
            sinceNanos = nowNanos;
            dueNanos = firstDueNanos;
            looks = null;
        }
        return (now & 1) == 0 ? -1 : nowNanos - sinceNanos;
    }

    boolean isDue(long age) {
        return age >= dueNanos;
    }

    /** Looks once more; null if it has gone on, or there have to be more looks. */
    @Nullable
    StuckLooks look(Thread thread) {
        StuckLooks before = looks;
        StuckLooks taken = before == null ? new StuckLooks() : before;
        taken.add(thread.getState(), thread.getStackTrace(), task());
        if (!isStill(seen)) {
            looks = null;
            return null;
        }
        looks = taken;
        return taken.isComplete() ? taken : null;
    }

    /** It is reported; again at twice the age. */
    void reported(long age) {
        looks = null;
        dueNanos = age * 2;
    }
}
