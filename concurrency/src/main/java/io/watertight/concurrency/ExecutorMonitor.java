package io.watertight.concurrency;

import io.watertight.guards.Evidence;
import io.watertight.guards.Outstanding;
import io.watertight.guards.Site;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.LibraryThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What an executor says of its tasks: of those that run, and of results that came too late. */
final class ExecutorMonitor {
    private final ExecutorCore core;
    private final Books books;
    private final AtomicLong late = new AtomicLong();
    /** Plain, and written by many: a count that is lost moves a sample. */
    private int untilSample;

    ExecutorMonitor(ExecutorCore core, Books books) {
        this.core = core;
        this.books = books;
    }

    long late() {
        return late.get();
    }

    /**
     * Finds where a task is submitted: of each where tasks are tracked one by one, else of some. Called before the task is
     * published.
     */
    void attribute(TaskRecord<?> task) {
        if (books.isPlain()) {
            int left = untilSample;
            if (left > 0) {
                untilSample = left - 1;
                return;
            }
            Site site = books.sample();
            untilSample = books.pause();
            if (site != books.common()) {
                task.extra().site = site;
            }
        } else if (books.level().compareTo(TrackingLevel.TRACK) >= 0) {
            task.extra().track(books.sample(), core.name());
        }
    }

    /** Those that are queued or run, but for those that the registry knows one by one. */
    List<Outstanding.Entry> outstanding() {
        ExecutorStats stats = core.stats();
        long out = (long) stats.running() + stats.queued() - books.detector().outstanding();
        return out <= 0
                ? List.of()
                : List.of(new Outstanding.Entry(core.name(), books.common().label(), out, 0, Duration.ZERO, 0));
    }

    /** Reports tasks whose threads have vanished, and ends them; on a thread of its own, for tokens have callbacks of users. */
    void endLost() {
        Map<TaskWorker, TaskRecord<?>> lost = core.settings.provesLoss() ? core.takeLost() : Map.of();
        if (!lost.isEmpty()) {
            LibraryThreads.daemon("watertight-executor-" + core.name() + "-lost", () -> lost.forEach(this::endLost))
                    .start();
        }
    }

    private void endLost(TaskWorker worker, TaskRecord<?> task) {
        books.found(Evidence.GC_PROVEN, siteOf(task), worker.sinceTick, null);
        task.lost(new IllegalStateException("task of executor '" + core.name()
                + "' is lost: its thread waited for something that nobody else had any more; submitted at "
                + siteOf(task).label()));
        core.left(worker);
    }

    Site siteOf(TaskRecord<?> task) {
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
