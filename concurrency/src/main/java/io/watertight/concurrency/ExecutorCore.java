package io.watertight.concurrency;

import io.watertight.guards.Outstanding;
import io.watertight.guards.Site;
import io.watertight.guards.internal.Books;
import io.watertight.guards.internal.CoarseClock;
import io.watertight.guards.internal.LibraryThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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
     * A task takes a permit before anybody else knows it, and the permit comes back once: from who cancels it before it runs, or from the
     * worker when its body has ended. There are as many permits as threads and places in the queue together; so a task that
     * is cancelled while it runs counts as long as it occupies its thread.
     *
     * Under `lock`: the phase changes, tasks are queued (in OPEN only) and taken out, threads are counted in and out. So a task
     * is either refused, or queued before the shutdown and then run, cancelled, or handed back; and a thread leaves only when
     * there is nothing queued, or after it made sure that another comes.
     *
     * field                          read                 write
     * phase                          volatile             volatile, under `lock`
     * all that is not final          under `lock`         under `lock`
     *
     * Under `lock` nothing is called but the clock, and what takes no lock. A task's own words (TaskRecord) are not guarded by it. Its canceller takes
     * the lock after it has decided.
     */
    static final int OPEN = 0;
    static final int SHUTDOWN = 1;
    static final int STOPPED = 2;
    static final int ENDED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(ExecutorCore.class);

    final ExecutorSettings settings;
    private final Books books;
    private final CoarseClock clock;
    private final Semaphore permits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final TaskQueue queue = new TaskQueue(this);
    private final AtomicLong rejected = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private volatile int phase;
    private @Nullable TaskWorker workers;
    private int threads;
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
        this.permits = new Semaphore(settings.threads() + settings.queue());
        this.books = opener.open(settings.name(), this); // last: from here on steps are made
        this.clock = books.clock();
    }

    @Override
    public String name() {
        return settings.name();
    }

    int phase() {
        return phase;
    }

    /** Finds where a task is submitted, where that is tracked one by one. */
    void attribute(TaskRecord<?> task) {
        if (!books.isPlain() && !books.isOff()) {
            task.extra().site = books.sample();
        }
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

    /** Takes a permit for one task; false if the caller is to run it. Throws if it is refused. */
    boolean admit(Object body) {
        if (phase != OPEN) {
            throw refuse(body, "it is shut down; submit earlier, or close it later", null);
        }
        if (permits.tryAcquire()) {
            return true;
        }
        switch (settings.saturation()) {
            case CALLER_RUNS -> {
                return false;
            }
            case WAIT -> {
                if (awaitPermit(body)) {
                    return true;
                }
            }
            case REJECT -> {}
        }
        throw refuse(body, "no room for another task; tasks come faster than they end, or hang", null);
    }

    private boolean awaitPermit(Object body) {
        try {
            return permits.tryAcquire(settings.saturationNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw refuse(body, "interrupted while waiting for room", interrupted);
        }
    }

    /** Counts a refusal, and ends the future that was to be run, if it is one. */
    private RejectedExecutionException refuse(Object body, String why, @Nullable Throwable cause) {
        rejected.incrementAndGet();
        if (body instanceof Future<?> future) {
            future.cancel(false);
        }
        return new RejectedExecutionException(
                "executor '" + settings.name() + "': " + why + " (" + numbers() + ")", cause);
    }

    private String numbers() {
        ExecutorStats stats = stats();
        return "threads=" + stats.threads() + " of " + settings.threads() + ", running=" + stats.running() + ", queued="
                + stats.queued() + ", room=" + (settings.threads() + settings.queue());
    }

    /** Queues a task that has its permit; throws if this was shut down meanwhile, and then the task is cancelled. */
    void enqueue(TaskRecord<?> task, Object body) {
        TaskWorker toStart = null;
        boolean accepted;
        lock.lock();
        try {
            accepted = phase == OPEN;
            if (accepted) {
                queue.add(task);
                toStart = wantedWorker();
            }
        } finally {
            lock.unlock();
        }
        if (!accepted) {
            RejectedExecutionException refusal =
                    refuse(body, "it is shut down; submit earlier, or close it later", null);
            task.cancel(false, refusal);
            throw refusal;
        }
        if (toStart != null) {
            start(toStart, task, body);
        }
    }

    /** Wakes a thread, or reserves a new one that is to be started without the lock. */
    private @Nullable TaskWorker wantedWorker() {
        if (queue.size() <= idle) {
            work.signal();
            return null;
        }
        if (threads >= settings.threads()) {
            return null;
        }
        TaskWorker worker = new TaskWorker(this, ++numbered);
        threads++;
        worker.next = workers;
        if (workers != null) {
            workers.previous = worker;
        }
        workers = worker;
        return worker;
    }

    private void start(TaskWorker worker, @Nullable TaskRecord<?> task, @Nullable Object body) {
        try {
            worker.start();
        } catch (Throwable noThread) {
            boolean withdrawn = notStarted(worker, task);
            books.failed("a thread of executor '" + settings.name() + "' could not be started", noThread);
            if (withdrawn && task != null && body != null) {
                RejectedExecutionException refusal = refuse(body, "its thread could not be started", noThread);
                task.cancel(false, refusal);
                throw refusal;
            }
        }
    }

    /** Counts a thread out; true if there is no other, and the task was taken back. */
    private boolean notStarted(TaskWorker worker, @Nullable TaskRecord<?> task) {
        boolean withdrawn;
        lock.lock();
        try {
            removeWorker(worker);
            withdrawn = threads == 0 && task != null && queue.remove(task);
            endIfDone();
        } finally {
            lock.unlock();
        }
        closeBooksIfEnded();
        return withdrawn;
    }

    private void removeWorker(TaskWorker worker) {
        TaskWorker before = worker.previous;
        TaskWorker after = worker.next;
        if (before == null) {
            workers = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        threads--;
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
            worker.current = null;
            removeWorker(worker);
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
        if (phase != OPEN && phase != ENDED && threads == 0 && queue.size() == 0 && stopping == 0) {
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
        permits.release();
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
        permits.release();
        closeBooksIfEnded();
    }

    @Override
    public void late(TaskRecord<?> task, Object result) {
        TaskExtra extra = task.extraNow();
        Task.LateDisposer<Object> disposer = extra == null ? null : extra.disposer;
        Site site = siteOf(task);
        if (disposer != null) {
            late.incrementAndGet();
            try {
                disposer.dispose(result);
            } catch (Throwable failure) {
                books.closeFailed(site, failure);
            }
        } else if (result instanceof AutoCloseable) {
            late.incrementAndGet();
            books.closeFailed(
                    site,
                    new IllegalStateException(
                            "task of executor '" + settings.name() + "' was cancelled, and then returned a "
                                    + result.getClass().getName()
                                    + " that nobody gets; somebody else may use it, so it was not closed; declare onLate(...)"));
        }
    }

    /** Accepts no more tasks. */
    void shutdown() {
        lock.lock();
        try {
            if (phase == OPEN) {
                phase = SHUTDOWN;
                letWaitersSee();
            }
            work.signalAll();
            endIfDone();
        } finally {
            lock.unlock();
        }
        closeBooksIfEnded();
    }

    /** Those who wait for room go on, and see the phase; nobody counts permits any more. */
    private void letWaitersSee() {
        permits.release(Integer.MAX_VALUE / 2);
    }

    /** Accepts no more tasks, cancels those that are queued, and those that run if that is asked for. */
    List<Runnable> stop(boolean runningToo, Throwable cause) {
        List<TaskRecord<?>> waiting = new ArrayList<>();
        List<TaskRecord<?>> running = new ArrayList<>();
        lock.lock();
        try {
            if (phase == OPEN) {
                letWaitersSee();
            }
            if (phase != ENDED) {
                phase = STOPPED;
            }
            stopping++;
            for (TaskRecord<?> task = queue.poll(); task != null; task = queue.poll()) {
                waiting.add(task);
                cancelled++;
            }
            for (TaskWorker worker = workers; worker != null; worker = worker.next) {
                if (worker.current != null) {
                    running.add(worker.current);
                }
            }
            work.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (runningToo) {
                running.forEach(task -> task.cancel(true, cause));
            }
            return handBack(waiting, cause);
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

    /** Cancels tasks that will not run, and the futures among the commands. */
    private static List<Runnable> handBack(List<TaskRecord<?>> waiting, Throwable cause) {
        List<Runnable> handedBack = new ArrayList<>(waiting.size());
        for (TaskRecord<?> task : waiting) {
            Object body = task instanceof CommandTask ? task.bodyNow() : task;
            if (task.cancel(false, cause) && body instanceof Runnable runnable) {
                handedBack.add(runnable);
                if (body != task && body instanceof Future<?> future) {
                    future.cancel(false);
                }
            }
        }
        return handedBack;
    }

    /** Nobody has this executor any more. What runs goes on; what is queued is cancelled. */
    void abandon() {
        if (phase == OPEN) {
            List<Runnable> lost = stop(
                    false,
                    new IllegalStateException("executor '" + settings.name()
                            + "' was dropped without being closed; keep it, and close it"));
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
            for (TaskWorker worker = workers; worker != null; worker = worker.next) {
                if (worker.thread() == self) {
                    return true;
                }
            }
            return false;
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
            int running = 0;
            for (TaskWorker worker = workers; worker != null; worker = worker.next) {
                running += worker.current == null ? 0 : 1;
            }
            return new ExecutorStats(threads, running, queue.size(), completed, cancelled, rejected.get(), late.get());
        } finally {
            lock.unlock();
        }
    }

    /** Those that run now, with their stacks. */
    List<ZombieTask> running() {
        List<TaskWorker> busy = new ArrayList<>();
        List<TaskRecord<?>> tasks = new ArrayList<>();
        lock.lock();
        try {
            for (TaskWorker worker = workers; worker != null; worker = worker.next) {
                if (worker.current != null) {
                    busy.add(worker);
                    tasks.add(worker.current);
                }
            }
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            return worker.current != task
                    ? null
                    : new ZombieTask(
                            thread == null ? "(starting)" : thread.getName(),
                            Duration.ofNanos(CoarseClock.toNanos(clock.tick() - worker.sinceTick)),
                            siteOf(task).label(),
                            stack);
        } finally {
            lock.unlock();
        }
    }

    private Site siteOf(TaskRecord<?> task) {
        TaskExtra extra = task.extraNow();
        return extra == null || extra.site == null ? books.common() : extra.site;
    }

    @Override
    public void step(boolean everything) {
        TimerCore set = timersNow();
        if (set != null) {
            set.step();
        }
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
        ExecutorStats stats = stats();
        long out = (long) stats.running() + stats.queued();
        return out == 0
                ? List.of()
                : List.of(new Outstanding.Entry(settings.name(), books.common().label(), out, 0, Duration.ZERO, 0));
    }
}
