package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** A thread that waits for a task, on the task's stack of those. */
final class TaskWaiter {
    final Thread thread = Thread.currentThread();
    /** It is on no stack any more. Volatile: written before the wake-up, read after any. */
    volatile boolean woken;

    @Nullable
    TaskWaiter next;
}
