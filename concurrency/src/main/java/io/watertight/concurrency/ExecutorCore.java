package io.watertight.concurrency;

import io.watertight.guards.Outstanding;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.LibraryThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks, threads and books of an executor. It does not know the {@link CancellableExecutor} in front of it, so that one
 * that is dropped can be collected and found.
 */
final class ExecutorCore implements Books.Keeper, TaskHost {
    /*
     *   OPEN --shutdown--> SHUTDOWN --shutdownNow--> STOPPED --last thread, or who finds none--> ENDED
     *        `--shutdownNow, abandon-----------------^              (from SHUTDOWN, too, when nothing is queued)
     *
     * A task takes a permit before anybody else knows it, and the permit comes back once: from who cancels it before it runs,
     * or from the worker when its body has ended. There are as many permits as threads and places in the queue together; so a
     * task that is cancelled while it runs counts as long as it occupies its thread.
     *
     * Under `lock`: the phase changes, tasks are queued (in OPEN only) and taken out, threads are counted in and out. So a task
     * is either refused, or queued before the shutdown and then run, cancelled, or handed back; and a thread leaves only when
     * there is nothing queued, or after it made sure that another comes.
     *
     * field                          read                 write
     * phase                          volatile             volatile, under `lock`
     * all that is not final          under `lock`         under `lock`
     *
     * Under `lock` nothing of users is called, and nothing that takes this lock in another order. A task's own words
     * (TaskRecord) are not guarded by it; its canceller takes the lock after it has decided.
     */
    static final int OPEN = 0;
    static final int SHUTDOWN = 1;
    static final int STOPPED = 2;
    static final int ENDED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorCore.class);

    final ExecutorSettings settings;
    private final Books books;
    private final CoarseClock clock;
    final ExecutorMonitor monitor;
    final TaskAdmission admission;
    /** Null if this is not watched. */
    final @Nullable ExecutorWatch watch;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final TaskQueue queue = new TaskQueue(this);
    private volatile int phase;
    final TaskWorkers workers = new TaskWorkers();
    private int idle;
    private int numbered;
    /** Calls that cancel what they took out of the queue: the end is not before theirs. */
    private int stopping;

    private long completed;
    private long cancelled;
    /** When this was dropped, in ticks; negative before, and once what ran on has been cancelled. */
    private int abandonedTick = -1;

    private @Nullable TimerCore timers;

    @SuppressWarnings("this-escape")
    ExecutorCore(ExecutorSettings settings, BooksOpener opener) {
        this.settings = settings;
        this.admission = new TaskAdmission(this);
        this.watch = settings.watch() == null ? null : new ExecutorWatch(this, settings.watch());
        this.books = opener.open(settings.name(), this); // last: from here on steps are made
        this.clock = books.clock();
        this.monitor = new ExecutorMonitor(this, books);
    }

    @Override
    public String name() {
        return settings.name();
    }

    int phase() {
        return phase;
    }

    /** The timers of deadlines, made when the first is set. Their threads end when they have none. */
    TimerWheel deadlines() {
        lock.lock();
        try {
            if (timers == null) {
                timers = new TimerCore(settings.deadlines(), books.ticker(), () -> {});
                if (phase == ENDED) {
                    timers.close();
                }
            }
            return timers.wheel;
        } finally {
            lock.unlock();
        }
    }

    /** Queues a task that has its permit; throws if this was shut down meanwhile, and then the task is cancelled. */
    void enqueue(TaskRecord<?> task, Object body) {
        TaskWorker toStart = null;
        boolean accepted;
        lock.lock();
        try {
            accepted = phase == OPEN;
            if (accepted && task.isDone()) { // its deadline has passed; who cancels it later takes it out of the queue
                cancelled++;
            } else if (accepted) {
                queue.add(task);
                toStart = wantedWorker();
            }
        } finally {
            lock.unlock();
        }
        if (!accepted) {
            throw admission.takeBack(task, body);
        }
        if (toStart != null) {
            start(toStart, task, body);
        }
    }

    /** Wakes a thread, or reserves a new one that is to be started without the lock. */
    private @Nullable TaskWorker wantedWorker() {
        if (queue.size() <= idle + workers.starting()) { // each of those comes for one task
            work.signal();
            return null;
        }
        if (workers.count() >= settings.threads()) {
            return null;
        }
        TaskWorker worker = new TaskWorker(this, ++numbered);
        workers.add(worker);
        return worker;
    }

    private void start(TaskWorker worker, @Nullable TaskRecord<?> task, @Nullable Object body) {
        try {
            worker.start();
        } catch (Throwable noThread) {
            boolean withdrawn = notStarted(worker, task);
            books.failed("a thread of executor '" + settings.name() + "' could not be started", noThread);
            if (withdrawn && task != null && body != null) {
                throw admission.takeBack(task, body, "its thread could not be started", noThread);
            }
        }
    }

    /** Counts a thread out; true if there is no other, and the task was taken back. */
    private boolean notStarted(TaskWorker worker, @Nullable TaskRecord<?> task) {
        boolean withdrawn;
        lock.lock();
        try {
            workers.remove(worker);
            withdrawn = workers.count() == 0 && task != null && queue.remove(task);
            endIfDone();
        } finally {
            lock.unlock();
        }
        closeBooksIfEnded();
        return withdrawn;
    }

    /**
     * By a worker: its next task; null if it is to end.
     *
     * @param ran whether the task before was run, and not cancelled before
     */
    @Nullable
    TaskRecord<?> next(TaskWorker worker, boolean ran, boolean mustEnd) {
        long left = settings.keepAliveNanos();
        lock.lock();
        try {
            workers.started(worker);
            if (worker.current != null) {
                worker.current = null;
                if (ran) {
                    completed++;
                } else {
                    cancelled++;
                }
            }
            if (mustEnd) {
                return null;
            }
            TaskRecord<?> task = queue.poll();
            while (task == null) {
                if (phase != OPEN || left <= 0) {
                    return null;
                }
                idle++;
                try {
                    left = work.awaitNanos(left);
                } catch (InterruptedException byAnEarlierTask) {
                    // Which kept this thread; nobody else has it.
                } finally {
                    idle--;
                }
                task = queue.poll();
            }
            worker.current = task;
            worker.sinceTick = clock.tick();
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** By a worker that ends: another takes its place if something is queued. */
    void left(TaskWorker worker) {
        TaskWorker toStart = null;
        lock.lock();
        try {
            if (worker.current != null) { // its thread was lost in it
                worker.current = null;
                completed++;
            }
            workers.remove(worker);
            if (queue.size() > 0) {
                toStart = wantedWorker();
            }
            endIfDone();
        } finally {
            lock.unlock();
        }
        if (toStart != null) {
            start(toStart, null, null); // if it cannot be, the next step tries again
        }
        closeBooksIfEnded();
    }

    private void endIfDone() {
        if (phase != OPEN && phase != ENDED && workers.count() == 0 && queue.size() == 0 && stopping == 0) {
            phase = ENDED;
            ended.signalAll();
        }
    }

    private void closeBooksIfEnded() {
        if (phase == ENDED) {
            TimerCore set = timersNow();
            if (set != null) {
                set.close();
            }
            books.close();
        }
    }

    private @Nullable TimerCore timersNow() {
        lock.lock();
        try {
            return timers;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void bodyEnded() {
        admission.giveBack();
    }

    @Override
    public void cancelledBeforeRun(TaskRecord<?> task) {
        lock.lock();
        try {
            if (queue.remove(task)) { // else it is counted by who took it out
                cancelled++;
            }
            endIfDone();
        } finally {
            lock.unlock();
        }
        admission.giveBack();
        closeBooksIfEnded();
    }

    @Override
    public void late(TaskRecord<?> task, Object result) {
        monitor.late(task, result);
    }

    /** Accepts no more tasks. */
    void shutdown() {
        lock.lock();
        try {
            if (phase == OPEN) {
                phase = SHUTDOWN;
                admission.letWaitersSee();
            }
            work.signalAll();
            endIfDone();
        } finally {
            lock.unlock();
        }
        closeBooksIfEnded();
    }

    /** Accepts no more tasks, cancels those that are queued, and those that run if that is asked for. */
    List<Runnable> stop(boolean runningToo, Throwable cause) {
        List<TaskRecord<?>> waiting = new ArrayList<>();
        List<TaskRecord<?>> running = new ArrayList<>();
        lock.lock();
        try {
            if (phase == OPEN) {
                admission.letWaitersSee();
            }
            if (phase != ENDED) {
                phase = STOPPED;
            }
            stopping++;
            for (TaskRecord<?> task = queue.poll(); task != null; task = queue.poll()) {
                waiting.add(task);
                cancelled++;
            }
            workers.forEachRunning((worker, task) -> running.add(task));
            work.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (runningToo) {
                running.forEach(task -> task.cancel(true, cause));
            }
            return ExecutorClose.handBack(waiting, cause);
        } finally {
            lock.lock();
            try {
                stopping--;
                endIfDone();
            } finally {
                lock.unlock();
            }
            closeBooksIfEnded();
        }
    }

    /** Nobody has this executor any more. What runs goes on; what is queued is cancelled. */
    void abandon() {
        if (phase == OPEN) {
            List<Runnable> lost = stop(false, dropped());
            lock.lock();
            try {
                abandonedTick = clock.tick();
            } finally {
                lock.unlock();
            }
            LOG.warn("executor '{}': dropped without being closed; {} queued tasks are cancelled", name(), lost.size());
        }
    }

    private IllegalStateException dropped() {
        return new IllegalStateException(
                "executor '" + settings.name() + "' was dropped without being closed; keep it, and close it");
    }

    boolean isOwnThread() {
        Thread self = Thread.currentThread();
        lock.lock();
        try {
            return workers.has(self);
        } finally {
            lock.unlock();
        }
    }

    boolean awaitEnd(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (phase != ENDED && left > 0) {
                left = ended.awaitNanos(left);
            }
            return phase == ENDED;
        } finally {
            lock.unlock();
        }
    }

    ExecutorStats stats() {
        lock.lock();
        try {
            int[] running = {0};
            workers.forEachRunning((worker, task) -> running[0]++);
            return new ExecutorStats(
                    workers.count(),
                    running[0],
                    queue.size(),
                    completed,
                    cancelled,
                    admission.rejected(),
                    monitor.late());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock: the visitor must not call anything. */
    void forEachRunning(BiConsumer<TaskWorker, TaskRecord<?>> visitor) {
        lock.lock();
        try {
            workers.forEachRunning(visitor);
        } finally {
            lock.unlock();
        }
    }

    /** Takes out tasks whose threads have vanished; each worker is still to leave. */
    Map<TaskWorker, TaskRecord<?>> takeLost() {
        lock.lock();
        try {
            return workers.takeLost();
        } finally {
            lock.unlock();
        }
    }

    /** By a scan, which is told of the queue. */
    boolean isStarved(ExecutorWatch scanning, long nowNanos) {
        lock.lock();
        try {
            return scanning.isStarved(nowNanos, queue.added(), queue.size());
        } finally {
            lock.unlock();
        }
    }

    /** Since when a worker has run a task; negative if it runs another, or none. */
    int sinceTick(TaskWorker worker, TaskRecord<?> task) {
        lock.lock();
        try {
            return worker.current == task ? worker.sinceTick : -1;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void step(boolean everything) {
        TimerCore set = timersNow();
        if (set != null) {
            set.step();
        }
        monitor.endLost();
        TaskWorker toStart = null;
        boolean graceIsOver;
        lock.lock();
        try {
            if (queue.size() > 0) {
                toStart = wantedWorker();
            }
            graceIsOver =
                    abandonedTick >= 0 && CoarseClock.toNanos(clock.tick() - abandonedTick) > settings.graceNanos();
            if (graceIsOver) {
                abandonedTick = -1;
            }
        } finally {
            lock.unlock();
        }
        if (toStart != null) {
            start(toStart, null, null);
        }
        if (graceIsOver && phase != ENDED) { // on a thread of its own, for callbacks of tokens are code of users
            LibraryThreads.daemon("watertight-executor-" + name() + "-end", () -> stop(true, dropped()))
                    .start();
        }
    }

    @Override
    public void trackingChanged() {
        // Looked up for each task.
    }

    @Override
    public List<Outstanding.Entry> outstanding() {
        return monitor.outstanding();
    }
}
