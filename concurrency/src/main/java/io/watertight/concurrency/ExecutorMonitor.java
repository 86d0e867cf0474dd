package io.watertight.concurrency;

import io.watertight.guards.Site;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What an executor says of its tasks: of those that run, and of results that came too late. */
final class ExecutorMonitor {
    private final ExecutorCore core;
    private final Books books;
    private final AtomicLong late = new AtomicLong();

    ExecutorMonitor(ExecutorCore core, Books books) {
        this.core = core;
        this.books = books;
    }

    long late() {
        return late.get();
    }

    /** Finds where a task is submitted, where that is tracked one by one. */
    void attribute(TaskRecord<?> task) {
        if (!books.isPlain() && !books.isOff()) {
            task.extra().site = books.sample();
        }
    }

    private Site siteOf(TaskRecord<?> task) {
        TaskExtra extra = task.extraNow();
        return extra == null || extra.site == null ? books.common() : extra.site;
    }

    /** Those that run now, with their stacks. */
    List<ZombieTask> running() {
        List<TaskWorker> busy = new ArrayList<>();
        List<TaskRecord<?>> tasks = new ArrayList<>();
        core.forEachRunning((worker, task) -> {
            busy.add(worker);
            tasks.add(task);
        });
        List<ZombieTask> zombies = new ArrayList<>();
        for (int i = 0; i < busy.size(); i++) {
            ZombieTask zombie = describe(busy.get(i), tasks.get(i));
            if (zombie != null) {
                zombies.add(zombie);
            }
        }
        return zombies;
    }

    /** Null if the worker has gone on meanwhile: then the stack was not that of the task. */
    private @Nullable ZombieTask describe(TaskWorker worker, TaskRecord<?> task) {
        Thread thread = worker.thread();
        List<StackTraceElement> stack = thread == null ? List.of() : List.of(thread.getStackTrace());
        int sinceTick = core.sinceTick(worker, task);
        return sinceTick < 0
                ? null
                : new ZombieTask(
                        thread == null ? "(starting)" : thread.getName(),
                        Duration.ofNanos(CoarseClock.toNanos(books.clock().tick() - sinceTick)),
                        siteOf(task).label(),
                        stack);
    }

    /** A task returned something after it was cancelled. */
    void late(TaskRecord<?> task, Object result) {
        TaskExtra extra = task.extraNow();
        Task.LateDisposer<Object> disposer = extra == null ? null : extra.disposer;
        if (disposer != null) {
            late.incrementAndGet();
            try {
                disposer.dispose(result);
            } catch (Throwable failure) {
                books.closeFailed(siteOf(task), failure);
            }
        } else if (result instanceof AutoCloseable) {
            late.incrementAndGet();
            books.closeFailed(
                    siteOf(task),
                    new IllegalStateException(
                            "task of executor '" + core.name() + "' was cancelled, and then returned a "
                                    + result.getClass().getName()
                                    + " that nobody gets; somebody else may use it, so it was not closed; declare onLate(...)"));
        }
    }
}
