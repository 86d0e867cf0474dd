package io.watertight.concurrency;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An executor of one thread, which does not run: actors do what it would do. Idle threads end at once. */
final class ExecutorFixture {
    /** Far longer than anything here takes, and shorter than for ever: so that who is not woken is found. */
    static final long BOUND_NANOS = Duration.ofSeconds(20).toNanos();

    /** What executors add when they are shut down, so that nobody waits for a permit. */
    private static final int PERMITS_OF_SHUTDOWN = Integer.MAX_VALUE / 2;

    /** What users submitted; no future, which would be cancelled when it is refused. */
    static final Object BODY = "body";

    static final CancellationException CAUSE = new CancellationException("jcstress");

    private static final MethodHandle LOCK;
    private static final MethodHandle PERMITS;
    private static final MethodHandle WORKERS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandles.Lookup core = MethodHandles.privateLookupIn(ExecutorCore.class, lookup);
            LOCK = core.findGetter(ExecutorCore.class, "lock", ReentrantLock.class);
            WORKERS = core.findGetter(ExecutorCore.class, "workers", TaskWorkers.class);
            PERMITS = MethodHandles.privateLookupIn(TaskAdmission.class, lookup)
                    .findGetter(TaskAdmission.class, "permits", Semaphore.class);
        } catch (ReflectiveOperationException failure) {
            throw new ExceptionInInitializerError(failure);
        }
    }

    final ExecutorLedger books = new ExecutorLedger();
    final ExecutorCore core;
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger starts = new AtomicInteger();
    /** Whether no thread can be started. */
    boolean noThreads;

    private final int room;
    private final Deque<TaskWorker> started = new ArrayDeque<>(2);
    private volatile @Nullable Thread caller;
    private volatile boolean over;
    private @Nullable Throwable dawdled;

    ExecutorFixture(int queue, SaturationPolicy saturation) {
        this(queue, saturation, null);
    }

    private ExecutorFixture(int queue, SaturationPolicy saturation, @Nullable WatchSettings watch) {
        this.room = 1 + queue;
        this.core = new ExecutorCore(
                new ExecutorSettings(
                        "jcstress",
                        1,
                        queue,
                        this::thread,
                        false,
                        saturation,
                        BOUND_NANOS,
                        0,
                        1_000,
                        true,
                        null,
                        0,
                        0,
                        watch),
                books::opened);
    }

    /** With room for one task that runs and one that waits. */
    ExecutorFixture() {
        this(1, SaturationPolicy.REJECT);
    }

    /** The same, and watched. */
    ExecutorFixture(WatchSettings watch) {
        this(1, SaturationPolicy.REJECT, watch);
    }

    /** Tells the watchdog, as who added a thread does. */
    void threadAdded() {
        Objects.requireNonNull(core.watch, "watched").threadAdded();
    }

    private Thread thread(String name, Runnable worker) {
        return new Thread(name) {
            @Override
            public void start() {
                if (noThreads) {
                    throw new OutOfMemoryError("told to fail");
                }
                starts.incrementAndGet();
                synchronized (started) {
                    started.add((TaskWorker) worker);
                }
            }
        };
    }

    @Nullable
    TaskWorker pollWorker() {
        synchronized (started) {
            return started.poll();
        }
    }

    /** Does what the threads that were started do, until they end. */
    void work() {
        for (TaskWorker worker = pollWorker(); worker != null; worker = pollWorker()) {
            worker.run();
        }
    }

    TaskRecord<Object> task() {
        return task(this::run);
    }

    /** Counts as many runs, if it runs after the end. */
    private Object run() {
        return runs.addAndGet(core.phase() == ExecutorCore.ENDED ? 100 : 1);
    }

    TaskRecord<Object> task(Callable<?> body) {
        return new TaskRecord<>(core, body);
    }

    /** As executors do it; false if the task is refused. */
    boolean submit(TaskRecord<?> task) {
        try {
            if (core.admission.admit(BODY)) {
                core.enqueue(task, BODY);
            } else {
                task.runOn(null);
            }
            return true;
        } catch (RejectedExecutionException refused) {
            return false;
        }
    }

    TaskRecord<Object> submitted() {
        TaskRecord<Object> task = task();
        if (!submit(task)) {
            throw new AssertionError("there is room");
        }
        return task;
    }

    /** Waits for the end. */
    String awaitEnd() {
        long start = System.nanoTime();
        try {
            return core.awaitEnd(BOUND_NANOS) && System.nanoTime() - start < BOUND_NANOS ? "ended" : "not woken";
        } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Stops everything; how many commands were handed back. */
    int stop() {
        return core.stop(true, CAUSE).size();
    }

    /** Ends a thread, and does not look whether something is queued. */
    void leaveBlindly(TaskWorker worker) {
        try {
            ReentrantLock lock = (ReentrantLock) LOCK.invokeExact(core);
            lock.lock();
            try {
                ((TaskWorkers) WORKERS.invokeExact(core)).remove(worker);
            } finally {
                lock.unlock();
            }
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** For arbiters: so many tasks are queued; when they have been run, everything adds up. */
    String auditAfter(int tasks) {
        int queued = core.stats().queued();
        work();
        return queued == tasks ? audit() : "queued " + queued;
    }

    /** For arbiters, when no actor works any more: "sound", or what does not add up. */
    String audit() {
        ExecutorStats stats = core.stats();
        if (stats.queued() != 0 || stats.running() != 0 || stats.threads() != 0) {
            return stats.toString();
        }
        boolean shutDown = core.phase() != ExecutorCore.OPEN;
        if (shutDown && (core.phase() != ExecutorCore.ENDED || books.closes.get() == 0)) {
            return "phase " + core.phase() + ", books closed " + books.closes;
        }
        int permits = permits() - (shutDown ? PERMITS_OF_SHUTDOWN : 0);
        return permits == room ? "sound" : "permits " + permits;
    }

    private int permits() {
        try {
            return ((Semaphore) PERMITS.invokeExact(core.admission)).availablePermits();
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    /** What a caller runs by itself. */
    Object bodyOfCaller() {
        caller = Thread.currentThread();
        dawdle();
        return "result";
    }

    /** Cancels the task that a caller runs, if it has begun, and interrupts the thread; true if that was done. */
    boolean interruptCaller(TaskRecord<?> task) {
        dawdle();
        Thread thread = caller;
        if (thread != null) {
            task.cancel(true);
            thread.interrupt();
        }
        over = true;
        LockSupport.unpark(caller); // read again: who came since may have found it not over
        return thread != null;
    }

    /** Says whether the calling thread was interrupted by {@link #interruptCaller}, and sheds that. */
    boolean isCallerInterrupted() {
        boolean interrupted = Thread.interrupted();
        while (!over) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // or the next park would not wait
        }
        return interrupted | Thread.interrupted();
    }

    /** Lets time pass between two steps. */
    void dawdle() {
        dawdled = new Throwable();
    }
}
