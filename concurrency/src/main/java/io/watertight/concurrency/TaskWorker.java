package io.watertight.concurrency;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** One thread of an executor, as long as it runs. */
final class TaskWorker implements Runnable {
    private final ExecutorCore core;
    final int number;

    /** The thread, or a weak reference to it if its loss is to be proven; null before it was started. */
    private volatile @Nullable Object thread;

    // The others are guarded by the executor's lock.
    @Nullable
    TaskWorker next;

    @Nullable
    TaskWorker previous;
    /** What it runs; null if it waits. */
    @Nullable
    TaskRecord<?> current;

    /** What the watchdog is told; null if this executor is not watched. */
    final @Nullable WatchdogEntry watched;

    int sinceTick;
    boolean foundLost;
    /** It has not asked for a task yet. */
    boolean isStarting = true;

    TaskWorker(ExecutorCore core, int number) {
        this.core = core;
        this.number = number;
        this.watched = core.watch == null ? null : new WatchdogEntry();
    }

    void start() {
        Thread made = core.settings.thread(number, this);
        thread = core.settings.provesLoss() ? new WeakReference<>(made) : made;
        made.start();
        if (core.watch != null) {
            core.watch.threadAdded();
        }
    }

    @Nullable
    Thread thread() {
        Object its = thread;
        return its instanceof Reference<?> reference ? (Thread) reference.get() : (Thread) its;
    }

    /** True if its thread has vanished without coming to its end: it waited for something that nobody else had any more. */
    boolean isLost() {
        return thread instanceof Reference<?> reference && reference.refersTo(null);
    }

    @Override
    public void run() {
        Thread self = Thread.currentThread();
        ClassLoader loader = self.getContextClassLoader();
        Object weak = thread instanceof Reference<?> reference ? reference : null;
        int left = core.settings.recycleAfter();
        try {
            TaskRecord<?> task = core.next(this, false, false);
            while (task != null) {
                boolean ran = runWatched(task, weak == null ? self : weak);
                left--;
                Thread.interrupted(); // what the task itself may have left
                if (self.getContextClassLoader() != loader) {
                    self.setContextClassLoader(loader);
                }
                task = core.next(this, ran, left <= 0);
            }
        } finally {
            core.left(this);
        }
    }

    private boolean runWatched(TaskRecord<?> task, Object runner) {
        WatchdogEntry entry = watched;
        if (entry == null) {
            return task.runOn(runner);
        }
        entry.begin(task);
        try {
            return task.runOn(runner);
        } finally {
            entry.end();
        }
    }
}
