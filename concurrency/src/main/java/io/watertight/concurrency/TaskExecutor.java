package io.watertight.concurrency;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.watertight.guards.LeakDetector;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The executor its users see. Nothing of the library refers to it, so that one that was dropped is collected: then its core is
 * stopped, and the loss reported.
 *
 * <p>Methods end with reachabilityFence(this): an executor must not be found dropped while one of its methods runs.
 */
final class TaskExecutor implements CancellableExecutor {
    /** What executors themselves are tracked as. */
    private static final LeakDetector EXECUTORS = LeakDetector.of("executor");

    private final ExecutorCore core;
    private final Cleaner.Cleanable registration;
    private volatile @Nullable ShutdownReport report;
    /** False if a task of this executor closed it, and so could not wait for it. */
    private volatile boolean waited;

    @SuppressWarnings("this-escape")
    private TaskExecutor(ExecutorCore core) {
        this.core = core;
        this.registration = EXECUTORS.register(this, core::abandon);
    }

    static TaskExecutor open(ExecutorSettings settings, BooksOpener opener) {
        ExecutorCore core = new ExecutorCore(settings, opener);
        try {
            return new TaskExecutor(core);
        } catch (Throwable failure) {
            core.shutdown();
            throw failure;
        }
    }

    ExecutorCore core() {
        return core;
    }

    /** Has a task run that nobody else knows yet. */
    @CanIgnoreReturnValue
    private <R extends TaskRecord<?>> R submitted(R task, Object work) {
        try {
            if (core.admission.admit(work)) {
                prepare(task, work);
                core.enqueue(task, work);
            } else {
                task.runOn(null);
            }
            return task;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void prepare(TaskRecord<?> task, Object work) {
        try {
            core.monitor.attribute(task);
            task.admitted();
        } catch (Throwable failure) {
            if (core.phase() != ExecutorCore.OPEN) {
                throw core.admission.takeBack(task, work); // its books are closed by now
            }
            task.cancel(false, failure); // gives the permit back
            throw failure;
        }
    }

    @Override
    public <T> Task<T> submit(CancellableTask<T> work) {
        Objects.requireNonNull(work, "work");
        return submitted(new TaskRecord<T>(core, work), work);
    }

    @Override
    public <T> Task<T> submit(CancellableTask<T> work, Deadline deadline) {
        Objects.requireNonNull(work, "work");
        TaskRecord<T> task = Objects.requireNonNull(deadline, "deadline").isNever()
                ? new TaskRecord<>(core, work)
                : new DeadlineTask<>(core, work, deadline, core::deadlines);
        return submitted(task, work);
    }

    @Override
    public <T> Task<T> submit(Callable<T> work) {
        Objects.requireNonNull(work, "work");
        return submitted(new TaskRecord<T>(core, work), work);
    }

    @Override
    public <T> Task<T> submit(Runnable work, @Nullable T result) {
        Objects.requireNonNull(work, "work");
        return submitted(new ValueTask<T>(core, work, result), work);
    }

    @Override
    public Task<?> submit(Runnable work) {
        Objects.requireNonNull(work, "work");
        return submitted(new TaskRecord<Object>(core, work), work);
    }

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        submitted(new CommandTask(core, command), command);
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
        try {
            return invokeAll(tasks, Deadline.never());
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        try {
            return invokeAll(tasks, Deadline.after(Duration.ofNanos(unit.toNanos(timeout))));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, Deadline deadline)
            throws InterruptedException {
        List<Future<T>> futures = new ArrayList<>(tasks.size());
        try {
            for (Callable<T> task : tasks) {
                futures.add(submit(task));
            }
            for (Future<T> future : futures) {
                awaitDone(future, deadline);
            }
            return futures;
        } finally {
            cancelAll(futures); // those that are not done
        }
    }

    private static void awaitDone(Future<?> future, Deadline deadline) throws InterruptedException {
        try {
            future.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CancellationException | TimeoutException inTheFuture) {
            // The caller sees it there.
        }
    }

    private static void cancelAll(Collection<? extends Future<?>> futures) {
        for (Future<?> future : futures) {
            future.cancel(true);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        try {
            return invokeAny(tasks, Deadline.never());
        } catch (TimeoutException impossible) {
            throw new AssertionError(impossible);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return invokeAny(tasks, Deadline.after(Duration.ofNanos(unit.toNanos(timeout))));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private <T> T invokeAny(Collection<? extends Callable<T>> tasks, Deadline deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("tasks must not be empty: there is none to succeed");
        }
        LinkedBlockingQueue<AnyTask<T>> done = new LinkedBlockingQueue<>();
        List<AnyTask<T>> submitted = new ArrayList<>(tasks.size());
        try {
            for (Callable<T> task : tasks) {
                Objects.requireNonNull(task, "task");
                submitted.add(submitted(new AnyTask<T>(core, task, done), task));
            }
            ExecutionException last = null;
            for (int i = 0; i < submitted.size(); i++) {
                AnyTask<T> first = done.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
                if (first == null) {
                    throw new TimeoutException("executor '" + name() + "': none of " + submitted.size()
                            + " tasks succeeded in time; the others are cancelled");
                }
                try {
                    return first.get();
                } catch (ExecutionException failure) {
                    last = failure;
                } catch (CancellationException cancelled) {
                    last = new ExecutionException(cancelled);
                }
            }
            throw Objects.requireNonNull(last, "each task has succeeded or failed");
        } finally {
            cancelAll(submitted);
        }
    }

    @Override
    public void shutdown() {
        try {
            core.shutdown();
            registration.clean(); // finds it shut down, and does nothing
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        try {
            List<Runnable> waiting =
                    core.stop(true, new CancellationException("executor '" + name() + "' was shut down at once"));
            registration.clean();
            return waiting;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean isShutdown() {
        return core.phase() != ExecutorCore.OPEN;
    }

    @Override
    public boolean isTerminated() {
        return core.phase() == ExecutorCore.ENDED;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            if (core.isOwnThread()) {
                throw new IllegalStateException("executor '" + name()
                        + "': a task of it would wait for itself; wait on a thread that is not of this executor");
            }
            return core.awaitEnd(unit.toNanos(timeout));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void close() {
        try {
            if (report == null || !waited) {
                ExecutorStats before = core.stats();
                shutdown();
                waited = !core.isOwnThread();
                report = ExecutorClose.run(core, before);
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public @Nullable ShutdownReport report() {
        return report;
    }

    @Override
    public List<ZombieTask> running() {
        try {
            return core.monitor.running();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public ExecutorStats stats() {
        try {
            return core.stats();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String name() {
        return core.name();
    }

    @Override
    public String toString() {
        return "CancellableExecutor[" + name() + ", " + stats()
                + (isTerminated() ? ", ended]" : isShutdown() ? ", shut down]" : "]");
    }
}
