package io.watertight.concurrency;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A thread that waits for a task, on the task's stack of those. */
final class TaskWaiter {
    final Thread thread = Thread.currentThread();
    /** It is on no stack any more. Volatile: written before the wake-up, read after any. */
    volatile boolean woken;

    @Nullable
    TaskWaiter next;

    /** Wakes all of a stack, which nobody else has any more. */
    static void wakeAll(@Nullable TaskWaiter taken) {
        TaskWaiter waiting = taken;
        while (waiting != null) {
            TaskWaiter after = waiting.next;
            waiting.woken = true;
            LockSupport.unpark(waiting.thread);
            waiting = after;
        }
    }

    /** Counts those of a stack. Racy: some may have come or gone. */
    static int count(@Nullable TaskWaiter top) {
        int count = 0;
        for (TaskWaiter waiting = top; waiting != null; waiting = waiting.next) {
            count++;
        }
        return count;
    }
}
