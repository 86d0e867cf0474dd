package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** One thread of an executor, as long as it runs. */
final class TaskWorker implements Runnable {
    private final ExecutorCore core;
    final int number;

    private volatile @Nullable Thread thread;

    // The others are guarded by the executor's lock.
    @Nullable
    TaskWorker next;

    @Nullable
    TaskWorker previous;
    /** What it runs; null if it waits. */
    @Nullable
    TaskRecord<?> current;

    int sinceTick;

    TaskWorker(ExecutorCore core, int number) {
        this.core = core;
        this.number = number;
    }

    void start() {
        Thread made = core.settings.thread(number, this);
        thread = made;
        made.start();
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    @Override
    public void run() {
        Thread self = Thread.currentThread();
        ClassLoader loader = self.getContextClassLoader();
        int left = core.settings.recycleAfter();
        try {
            TaskRecord<?> task = core.next(this, false, false);
            while (task != null) {
                boolean ran = task.runOn(self);
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
}
