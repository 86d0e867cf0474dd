package io.watertight.concurrency;

import io.watertight.guards.internal.Texts;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One task: its future, its place in the queue, and its state, in 48 bytes. The kernel of a {@link CancellableExecutor}. */
class TaskRecord<T> implements Task<T> {
    /*
     *   NEW --worker--> RUNNING --worker: a result--> DONE
     *    |                |    \--worker: it threw--> FAILED
     *    |                |
     *    |                +--canceller--> CANCELLING --same canceller: has interrupted--> STOPPING --worker: ended--.
     *    |                +--canceller: without interrupt--> STOPPING -------------------------------------------.  |
     *    |                                                                                                       v  v
     *    `--canceller, shutdown, refusal-------------------------------------------------------------------> CANCELLED
     *
     * All but the steps out of CANCELLING and STOPPING are a CAS; those have one writer each. The CAS out of NEW decides
     * whether the body runs, the one out of RUNNING what the outcome is; both are linearisation points, and who wins does
     * what follows from it, once: out of NEW by cancel: the body is let go, the task is taken out of the queue and its permit
     * given back, all before cancel() returns. Out of NEW by a worker: the worker gives the permit back when the body has
     * ended, before it publishes the outcome, so that who sees the outcome finds the place free.
     *
     * An interrupt reaches this task or nobody: the canceller interrupts in CANCELLING only, and a worker does not leave the
     * task in that state; it waits for STOPPING, clears the flag, and only then goes on to another task.
     *
     * A future is done from DONE on, in STOPPING too; its work is terminated in DONE, FAILED and CANCELLED.
     *
     * field            read                                  write
     * state            volatile                              CAS, volatile
     * waiters          volatile                              CAS (push), exchange (take)
     * extra            volatile                              CAS, once
     * outcome          plain, after DONE or FAILED was read  plain, by the worker, before the CAS to DONE or FAILED
     * body             plain, by who left NEW                plain, before the task is published; null by who left NEW
     * runner           plain, after RUNNING was read; the    plain, by the worker, before the CAS to RUNNING, and after it
     * (a Thread, or a  CAS to CANCELLING confirms it         left RUNNING, or saw that nobody is in CANCELLING; null for
     * Reference to it)                                       a thread that is not ours, which is never interrupted
     * next, previous   the executor's lock                   the executor's lock; null while it is not queued
     *
     * No lost wake-up: who waits pushes itself (CAS), then reads the state (volatile). Who ends a task writes the state, then
     * takes the waiters (exchange).
     */
    static final int NEW = 0;
    static final int RUNNING = 1;
    static final int DONE = 2;
    static final int FAILED = 3;
    static final int CANCELLED = 4;
    static final int CANCELLING = 5;
    static final int STOPPING = 6;

    private static final VarHandle STATE;
    private static final VarHandle WAITERS;
    private static final VarHandle EXTRA;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(TaskRecord.class, "state", int.class);
            WAITERS = lookup.findVarHandle(TaskRecord.class, "waiters", TaskWaiter.class);
            EXTRA = lookup.findVarHandle(TaskRecord.class, "extra", TaskExtra.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final TaskHost host;
    private volatile int state;
    private volatile @Nullable TaskWaiter waiters;
    private volatile @Nullable TaskExtra extra;
    private @Nullable Object outcome;
    private @Nullable Object body;
    private @Nullable Object runner;

    @Nullable
    TaskRecord<?> next;

    @Nullable
    TaskRecord<?> previous;

    /**
     * Makes a task.
     *
     * @param body a {@link Callable}, {@link Runnable} or {@link CancellableTask}
     */
    TaskRecord(TaskHost host, Object body) {
        this.host = host;
        this.body = body;
    }

    final int stateVolatile() {
        return state;
    }

    private boolean casState(int from, int to) {
        return STATE.compareAndSet(this, from, to);
    }

    @Override
    public void run() {
        // For those who get this from shutdownNow(): it is cancelled then.
    }

    /**
     * Runs the body on the calling thread; false if it was cancelled before. Given is that thread, or a reference to it; null if
     * it is not to be interrupted, and the task has no permit.
     */
    final boolean runOn(@Nullable Object interruptible) {
        runner = interruptible;
        if (!casState(NEW, RUNNING)) {
            return false;
        }
        Object begun = body;
        body = null;
        Object value = null;
        Throwable failure = null;
        try {
            value = interruptible == null ? callHere(begun) : call(begun);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        if (interruptible != null) {
            host.bodyEnded();
        }
        untrack();
        outcome = failure == null ? value : failure;
        if (casState(RUNNING, failure == null ? DONE : FAILED)) {
            runner = null;
            wakeAll();
            ended();
            if (failure != null) {
                failed(failure);
            }
        } else {
            stop(value);
        }
        return true;
    }

    /** On the thread of who submitted it. Only now is it admitted, for a cancel before this would return a permit it has not. */
    private @Nullable Object callHere(@Nullable Object begun) throws Exception {
        admitted();
        return isDone() ? null : call(begun);
    }

    private @Nullable Object call(@Nullable Object begun) throws Exception {
        if (begun instanceof Callable<?> callable) {
            return callable.call();
        }
        if (begun instanceof CancellableTask<?> task) {
            return task.call(token());
        }
        if (begun instanceof Runnable command) {
            command.run();
        }
        return valueOfCommand();
    }

    /** What a task that is a {@link Runnable} results in. */
    @Nullable
    Object valueOfCommand() {
        return null;
    }

    /** There is room for it; it is about to be queued, or run. */
    void admitted() {}

    /** The future is done. */
    void ended() {}

    /** The body threw, and the future has it. */
    void failed(Throwable failure) {}

    /** The task was cancelled while the body ran. */
    private void stop(@Nullable Object late) {
        awaitInterrupt();
        outcome = null;
        try {
            if (late != null) {
                host.late(this, late);
            }
        } finally {
            runner = null;
            state = CANCELLED;
            wakeAll();
        }
    }

    /** Returns when no canceller is about to interrupt this thread; that interrupt is over then, too. */
    private void awaitInterrupt() {
        boolean interruptible = runner != null;
        while (state == CANCELLING) {
            LockSupport.park(this);
            Thread.interrupted(); // or the next park would not wait
        }
        if (interruptible) {
            Thread.interrupted();
        }
    }

    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        return cancel(mayInterruptIfRunning, null);
    }

    /** As {@link #cancel(boolean)}; the cause is what the token, and who waits, will see. */
    final boolean cancel(boolean interrupt, @Nullable Throwable cause) {
        while (true) {
            switch (state) {
                case NEW -> {
                    if (casState(NEW, CANCELLED)) {
                        body = null;
                        untrack();
                        host.cancelledBeforeRun(this);
                        tell(cause, null);
                        return true;
                    }
                }
                case RUNNING -> {
                    Thread toInterrupt = interrupt ? runnerNow() : null;
                    if (casState(RUNNING, toInterrupt == null ? STOPPING : CANCELLING)) {
                        tell(cause, toInterrupt);
                        return true;
                    }
                }
                default -> {
                    return false;
                }
            }
        }
    }

    private void untrack() {
        TaskExtra some = extra;
        if (some != null) {
            some.ended();
        }
    }

    /** By who found that the thread of this task does not exist any more, in its place. */
    final void lost(Throwable why) {
        cancel(false, why);
        host.bodyEnded();
        untrack();
        state = CANCELLED; // from STOPPING: in CANCELLING somebody has the thread, so it is not lost
        wakeAll();
    }

    /** Tells everybody; each step even if the one before failed, of a lack of memory, say. */
    private void tell(@Nullable Throwable cause, @Nullable Thread toInterrupt) {
        CancelToken token = null;
        try {
            token = settle(cause);
        } finally {
            if (toInterrupt != null) {
                interrupt(toInterrupt);
            }
            wakeAll();
            ended();
        }
        if (token != null) {
            token.runCallbacks();
        }
    }

    private void interrupt(Thread running) {
        try {
            running.interrupt();
        } finally {
            state = STOPPING;
            LockSupport.unpark(running);
        }
    }

    private @Nullable CancelToken settle(@Nullable Throwable cause) {
        TaskExtra some = cause == null ? extra : extra();
        if (some == null) {
            return null;
        }
        some.token.settle(cause == null ? new CancellationException("the task was cancelled") : cause);
        return some.token;
    }

    final TaskExtra extra() {
        TaskExtra some = extra;
        if (some == null) {
            TaskExtra made = new TaskExtra();
            some = EXTRA.compareAndSet(this, (TaskExtra) null, made) ? made : Objects.requireNonNull(extra);
        }
        return some;
    }

    /** What is to be done; null once it has begun or was cancelled. Racy: both may happen meanwhile. */
    final @Nullable Object bodyNow() {
        return body;
    }

    final @Nullable TaskExtra extraNow() {
        return extra;
    }

    @Override
    public final CancelToken token() {
        CancelToken token = extra().token;
        // Whoever cancelled before this had an extra looked for none; whoever does so after it finds this one.
        if (isCancelled() && !token.isCancelled()) {
            token.cancel(new CancellationException("the task was cancelled"));
        }
        return token;
    }

    @Override
    @SuppressWarnings("unchecked") // only results of this task are passed
    public final Task<T> onLate(LateDisposer<? super T> disposer) {
        extra().disposer = (LateDisposer<Object>) Objects.requireNonNull(disposer, "disposer");
        return this;
    }

    @Override
    public final boolean isDone() {
        return state >= DONE;
    }

    @Override
    public final boolean isCancelled() {
        return state >= CANCELLED;
    }

    @Override
    public final boolean isTerminated() {
        int now = state;
        return now >= DONE && now <= CANCELLED;
    }

    @Override
    public final T get() throws InterruptedException, ExecutionException {
        if (!isDone()) {
            await(false, Long.MAX_VALUE);
        }
        return result();
    }

    @Override
    public final T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (!isDone() && !await(false, unit.toNanos(timeout))) {
            throw new TimeoutException("task of executor '" + host.name() + "': not done within "
                    + Texts.time(unit.toNanos(timeout)) + " (" + stateText() + ")");
        }
        return result();
    }

    @Override
    public final boolean awaitTerminated(Duration timeout) throws InterruptedException {
        return isTerminated() || await(true, Texts.saturatedNanos(timeout));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the outcome is null if the body returned null
    private T result() throws ExecutionException {
        switch (state) {
            case DONE -> {
                return (T) outcome;
            }
            case FAILED -> throw new ExecutionException((Throwable) outcome);
            default -> {
                CancellationException cancelled =
                        new CancellationException("task of executor '" + host.name() + "' was cancelled");
                cancelled.initCause(cancelCause());
                throw cancelled;
            }
        }
    }

    final boolean hasSucceeded() {
        return state == DONE;
    }

    /** What a task that has ended failed with, or was cancelled with; null if it succeeded. */
    final @Nullable Throwable failure() {
        return switch (state) {
            case DONE -> null;
            case FAILED -> (Throwable) outcome;
            default -> {
                Throwable cause = cancelCause();
                yield cause == null ? new CancellationException("task of '" + host.name() + "' was cancelled") : cause;
            }
        };
    }

    /** What a task that was cancelled was cancelled with; null if nobody asked for its token, nor gave a cause. */
    private @Nullable Throwable cancelCause() {
        TaskExtra some = extra;
        return some == null ? null : some.token.cause();
    }

    private boolean await(boolean termination, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        boolean forEver = nanos == Long.MAX_VALUE;
        TaskWaiter self = null;
        while (termination ? !isTerminated() : !isDone()) {
            if (Thread.interrupted()) {
                forget(self);
                throw new InterruptedException(
                        "interrupted while waiting for a task of executor '" + host.name() + "'");
            }
            long left = forEver ? 1 : end - System.nanoTime();
            if (left <= 0) {
                forget(self);
                return false;
            }
            if (self == null || self.woken) {
                self = new TaskWaiter();
                push(self);
            } else if (forEver) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
            }
        }
        forget(self);
        return true;
    }

    private void push(TaskWaiter waiting) {
        TaskWaiter head;
        do {
            head = waiters;
            waiting.next = head;
        } while (!WAITERS.compareAndSet(this, head, waiting));
    }

    /** Takes one out of the stack that does not wait any more: takes all, and puts back the others. */
    private void forget(@Nullable TaskWaiter gone) {
        if (gone == null || gone.woken) {
            return;
        }
        TaskWaiter held = takeWaiters();
        while (held != null) {
            TaskWaiter after = held.next;
            if (held != gone) {
                push(held);
            }
            held = after;
        }
        if (isDone()) { // then who ended the task may have missed those that were held
            wakeAll();
        }
    }

    private void wakeAll() {
        if (waiters != null) {
            TaskWaiter.wakeAll(takeWaiters());
        }
    }

    private @Nullable TaskWaiter takeWaiters() {
        return (TaskWaiter) WAITERS.getAndSet(this, (TaskWaiter) null);
    }

    /** Who runs it; null if nobody does. Racy: it may have ended meanwhile. */
    final @Nullable Thread runnerNow() {
        Object its = runner;
        return its instanceof Reference<?> reference ? (Thread) reference.get() : (Thread) its;
    }

    /** Counts those who wait, for tests. */
    final int waitersNow() {
        return TaskWaiter.count(waiters);
    }

    private String stateText() {
        return switch (state) {
            case NEW -> "queued";
            case RUNNING -> "running";
            case DONE -> "done";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
            default -> "cancelled, still running";
        };
    }

    @Override
    public String toString() {
        return "Task[of '" + host.name() + "', " + stateText() + "]";
    }
}
