package io.watertight.concurrency;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel of a scope: its children, and what was decided. It knows no handle, so that a scope can be found dropped. */
final class ScopeCore<T> implements TaskHost {
    /*
     *   OPEN --first failure, success, quorum; deadline; parent; cancel--> CANCELLED --close--> CLOSED
     *     `---------------------------------close----------------------------------------------^
     *
     * Everything is guarded by `lock`; under it nothing is called but reads of a task's state. A fork is linked under it while
     * the scope is OPEN, before its thread is started; a cancel takes the list under it. So a child is either refused, or is
     * there to be cancelled: then it does not begin, or is interrupted.
     *
     * `live` counts the children that are linked and have not ended. Only the thread of a child counts it out, when its body, what
     * is done about a late result, and the cancel that it decides have ended. A close returns when `live` is 0: nothing runs then.
     *
     * Counting out is done without the lock by a child that succeeded, where that decides nothing and nobody waits for room:
     * most scopes end without one thread waiting for another's lock. The owner parks: it writes `parked` and then reads `live` and
     * `stopped`; who writes one of these then reads `parked`, and unparks it. So it is woken, or does not park. All four are
     * volatile, for each side writes before it reads what the other writes. The same holds of `abandoned` and `live`.
     * Who waits to fork waits for `changed`.
     *
     * What a child returned belongs to the task until join has chosen: then to who joined, or to the disposer, once, when the
     * scope is closed. A child that was cancelled before it ended never has a result; what its body returns is disposed at once.
     */
    private static final Logger LOG = LoggerFactory.getLogger(ScopeCore.class);
    private static final int MOST_SUPPRESSED = 16;
    private static final long FIRST_REPORT_NANOS = Duration.ofSeconds(1).toNanos();

    private enum Phase {
        OPEN,
        CANCELLED,
        CLOSED
    }

    final ScopeSettings<T> settings;
    final CancelSource source;
    private final ScopeEnds<T> ends;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<TaskRecord<T>> children = new ArrayList<>();
    private @Nullable Deque<AutoCloseable> owned;
    private Phase phase = Phase.OPEN;
    private final AtomicInteger live = new AtomicInteger();
    private int forked;
    private int suppressed;
    private boolean decided;
    private volatile boolean abandoned;
    private boolean finished;
    private @Nullable Throwable failure;
    private @Nullable Throwable cancelledWith;
    private List<TaskRecord<T>> delivered = List.of();
    /** Whether each end of a child may decide something, or let somebody fork. */
    private final boolean countsEach;
    /** In the order in which they ended; only where the policy counts them. */
    private final List<TaskRecord<T>> succeeded = new ArrayList<>();
    /** All children have been told that the scope is cancelled. */
    private volatile boolean stopped;
    /** The owner while it waits; null else. */
    private volatile @Nullable Thread parked;

    ScopeCore(ScopeSettings<T> settings) {
        this.settings = settings;
        this.ends = new ScopeEnds<>(settings);
        this.source = new CancelSource(settings.parent());
        this.countsEach = settings.policy().countsSuccesses() || settings.limit() < Integer.MAX_VALUE;
    }

    /** Makes the end of the parent this scope's. */
    void begin() {
        if (settings.parent() != CancelToken.never()) {
            source.token().onCancel(this::cancelWithToken);
        }
    }

    private void cancelWithToken() {
        Throwable cause = source.token().cause();
        cancel(cause == null ? new CancellationException("cancelled") : cause);
    }

    TaskRecord<T> fork(Object body) {
        TaskRecord<T> task = new TaskRecord<>(this, body);
        int number;
        Throwable refusal;
        lock.lock();
        try {
            awaitRoom();
            if (phase == Phase.CLOSED) {
                throw new IllegalStateException("scope '" + name() + "' is closed; fork while it is open");
            }
            refusal = phase == Phase.CANCELLED ? cancelledWith : null;
            if (refusal == null) {
                children.add(task);
                live.incrementAndGet();
            }
            number = ++forked;
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            task.cancel(false, refusal);
            return task;
        }
        try {
            settings.thread(number, () -> run(task)).start();
        } catch (Throwable noThread) {
            task.cancel(false, noThread);
            ended(task);
            throw new RejectedExecutionException(
                    "scope '" + name() + "': no thread could be started for child " + number, noThread);
        }
        return task;
    }

    /** Returns when one more child may run, or this is not open any more. Leaves the lock meanwhile. */
    private void awaitRoom() {
        while (phase == Phase.OPEN && live.get() >= settings.limit()) {
            if (children.stream().anyMatch(child -> child.runnerNow() == Thread.currentThread())) {
                throw new RejectedExecutionException(
                        "scope '" + name() + "': a child of it cannot fork while " + live.get()
                                + " run, which is its limit, for it would wait for itself; raise the limit, or open a scope in the child");
            }
            long left = settings.deadline().remainingNanos();
            if (left <= 0) {
                lock.unlock(); // what a cancel calls is called without it
                try {
                    cancel(timeout());
                } finally {
                    lock.lock();
                }
                continue;
            }
            try {
                changed.awaitNanos(left);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new RejectedExecutionException(
                        "scope '" + name() + "': interrupted while waiting to fork, with " + live.get()
                                + " children running, which is its limit",
                        interrupted);
            }
        }
    }

    private void run(TaskRecord<T> task) {
        try {
            task.runOn(Thread.currentThread());
        } finally {
            ended(task);
        }
    }

    /** By the thread of a child, when nothing of it runs any more. */
    private void ended(TaskRecord<T> task) {
        if (countsEach || !task.hasSucceeded()) {
            endedCounted(task);
        } else if (live.decrementAndGet() == 0) {
            lastEnded();
        }
    }

    private void lastEnded() {
        LockSupport.unpark(parked);
        if (abandoned && live.get() == 0) {
            finish();
        }
    }

    private void endedCounted(TaskRecord<T> task) {
        try {
            Throwable stop = count(task);
            if (stop != null) {
                cancel(stop);
            }
        } finally {
            countOut(); // after a cancel: a close is not to return while its callbacks run
        }
        if (live.get() == 0) {
            lastEnded();
        }
    }

    private void countOut() {
        lock.lock();
        try {
            live.decrementAndGet();
            changed.signal(); // there is room for one
        } finally {
            lock.unlock();
        }
    }

    /** Counts what became of a child; not null if that decides, with what the others are told. */
    private @Nullable Throwable count(TaskRecord<T> task) {
        lock.lock();
        try {
            Throwable thrown = task.failure();
            if (thrown == null) {
                succeeded.add(task);
            } else if (phase == Phase.OPEN || !task.isCancelled()) { // else it is an echo of the cancel
                addFailure(thrown);
            }
            if (decided || phase != Phase.OPEN) {
                return null;
            }
            decided = settings.policy().isDecided(thrown != null, succeeded.size());
            return decided ? new ScopeEndedException(name(), "the outcome is decided") : null;
        } finally {
            lock.unlock();
        }
    }

    private void addFailure(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else if (failure != thrown && suppressed < MOST_SUPPRESSED) {
            suppressed++;
            failure.addSuppressed(thrown);
        }
    }

    /** Cancels what runs; false if that was done before. */
    boolean cancel(Throwable cause) {
        List<TaskRecord<T>> running;
        lock.lock();
        try {
            if (phase != Phase.OPEN) {
                return false;
            }
            phase = Phase.CANCELLED;
            cancelledWith = cause;
            running = live.get() == 0 ? List.of() : List.copyOf(children);
        } finally {
            lock.unlock();
        }
        try {
            for (TaskRecord<T> child : running) {
                child.cancel(true, cause);
            }
        } finally {
            stopped();
        }
        source.cancel(cause);
        return true;
    }

    private void stopped() {
        lock.lock();
        try {
            stopped = true;
            LockSupport.unpark(parked);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all have ended, or the others were cancelled; then chooses the results. */
    Object join() throws InterruptedException {
        while (true) {
            awaitDecision();
            lock.lock();
            try {
                if (!isUndecided()) { // or somebody forked one more meanwhile
                    return outcome();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void awaitDecision() throws InterruptedException {
        parked = Thread.currentThread();
        try {
            while (isUndecided()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while joining scope '" + name() + "'");
                }
                long left = settings.deadline().remainingNanos();
                if (left == Long.MAX_VALUE
                        || (left <= 0 && !cancel(timeout()))) { // or somebody is about to have cancelled this
                    LockSupport.park(this);
                } else if (left > 0) {
                    LockSupport.parkNanos(this, left);
                }
            }
        } finally {
            parked = null;
        }
    }

    private TimeoutException timeout() {
        return new TimeoutException("scope '" + name() + "' was not done before its deadline");
    }

    private boolean isUndecided() {
        return live.get() > 0 && !stopped;
    }

    /** Reads results of children that have ended only: all of them if nothing was decided. */
    private Object outcome() {
        if (phase == Phase.CANCELLED && !decided && cancelledWith != null) {
            throw failed("was cancelled", cancelledWith);
        }
        JoinPolicy<T, ?> policy = settings.policy();
        return switch (policy.kind) {
            case AWAIT -> deliver(children, List.copyOf(children));
            case ALL -> {
                if (failure != null) {
                    throw failed("a child failed", failure);
                }
                yield deliver(children, ScopeEnds.results(children));
            }
            case ANY -> deliver(first(1), ScopeEnds.results(first(1)).get(0));
            case QUORUM -> deliver(first(policy.successes), ScopeEnds.results(first(policy.successes)));
        };
    }

    private List<TaskRecord<T>> first(int successes) {
        if (succeeded.size() >= successes) {
            return List.copyOf(succeeded.subList(0, successes));
        }
        throw failed(
                "only " + succeeded.size() + " of " + forked + " children succeeded, " + successes + " have to",
                failure == null ? new IllegalStateException("too few children were forked") : failure);
    }

    private TaskScope.FailedException failed(String what, Throwable cause) {
        return new TaskScope.FailedException("scope '" + name() + "': " + what, cause);
    }

    private Object deliver(List<TaskRecord<T>> tasks, Object results) {
        delivered = List.copyOf(tasks);
        return results;
    }

    /** Keeps a resource until all children have ended; false if this is closed, and the caller keeps it. */
    boolean own(AutoCloseable resource) {
        lock.lock();
        try {
            if (phase == Phase.CLOSED) {
                return false;
            }
            if (owned == null) {
                owned = new ArrayDeque<>();
            }
            owned.push(resource);
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return phase == Phase.CLOSED;
        } finally {
            lock.unlock();
        }
    }

    int live() {
        return live.get();
    }

    /** Cancels what runs, waits until nothing does, and closes what is owned. Returns what that threw. */
    @Nullable
    Throwable close() {
        cancel(new ScopeEndedException(name(), "it was closed"));
        boolean interrupted = awaitEnd();
        Throwable thrown = finish();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return thrown;
    }

    /** Waits as long as it takes, and says so. True if the caller was interrupted meanwhile. */
    private boolean awaitEnd() {
        boolean interrupted = false;
        long next = FIRST_REPORT_NANOS;
        long start = System.nanoTime();
        List<TaskRecord<T>> all = closed();
        parked = Thread.currentThread();
        while (live.get() > 0) {
            long left = next - (System.nanoTime() - start);
            if (left <= 0) {
                ends.reportStragglers(all, next);
                next *= 2;
            } else {
                LockSupport.parkNanos(this, left);
                interrupted |= Thread.interrupted(); // or the next park would not wait
            }
        }
        parked = null;
        return interrupted;
    }

    /** There will be no more children; returns those there were, if some have not ended. */
    private List<TaskRecord<T>> closed() {
        lock.lock();
        try {
            phase = Phase.CLOSED;
            return live.get() == 0 ? List.of() : List.copyOf(children);
        } finally {
            lock.unlock();
        }
    }

    /** Nothing runs any more: disposes what nobody got, and closes what is owned, the last first. */
    private @Nullable Throwable finish() {
        List<TaskRecord<T>> undelivered;
        List<AutoCloseable> toClose;
        lock.lock();
        try {
            if (finished) {
                return null; // by who dropped this, or by its last child
            }
            finished = true;
            undelivered = undelivered();
            toClose = owned == null ? List.of() : List.copyOf(owned);
            owned = null;
        } finally {
            lock.unlock();
        }
        ends.disposeAll(undelivered);
        return ends.close(toClose);
    }

    private List<TaskRecord<T>> undelivered() {
        if (children.size() == delivered.size()) {
            return List.of();
        }
        Set<TaskRecord<T>> gone = Set.copyOf(delivered);
        return children.stream()
                .filter(task -> task.hasSucceeded() && !gone.contains(task))
                .toList();
    }

    /** Nobody has this scope any more. */
    void abandon() {
        if (isClosed()) {
            return;
        }
        cancel(new IllegalStateException(
                "scope '" + name() + "' was dropped without being closed; use it in a try statement"));
        boolean last;
        lock.lock();
        try {
            phase = Phase.CLOSED;
            abandoned = true;
            last = live.get() == 0;
        } finally {
            lock.unlock();
        }
        if (last) {
            Throwable thrown = finish();
            if (thrown != null) {
                LOG.warn("scope '{}': what it owned could not be closed", name(), thrown);
            }
        }
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public void bodyEnded() {}

    @Override
    public void cancelledBeforeRun(TaskRecord<?> task) {}

    @Override
    @SuppressWarnings("unchecked") // children of this scope result in T
    public void late(TaskRecord<?> task, Object result) {
        ends.dispose((T) result);
    }
}
