package io.watertight.concurrency;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.watertight.guards.LeakDetector;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * Tasks that do not outlive the block that forks them: when the scope is closed, each of its children has ended, and then what
 * the scope owns is closed, the last first.
 *
 * <p>The thread that opens a scope owns it: it joins and closes it. Any thread may fork while it is open. Each child runs on a
 * thread of its own, virtual where there are such. The names are those of the JDK's structured task scope.
 *
 * <p>Closing waits for every child, as long as it takes; those that go on although they were cancelled are named in the log after
 * 1, 2, 4... seconds. What no interrupt wakes, such as a socket that is read, is given to {@link #closeOnCancel}.
 *
 * @param <T> what children result in
 * @param <R> what joining results in
 */
public final class TaskScope<T, R> implements AutoCloseable {
    /** What scopes themselves are tracked as. */
    private static final LeakDetector SCOPES = LeakDetector.of("task scope");

    private final ScopeCore<T> core;
    private final Thread owner = Thread.currentThread();
    private final Cleaner.Cleanable registration;
    // Both by the owner only.
    private boolean joined;
    private boolean closed;

    @SuppressWarnings("this-escape")
    TaskScope(ScopeCore<T> core) {
        this.core = core;
        this.registration = SCOPES.register(this, core::abandon);
        core.begin();
    }

    /** Thrown by {@link #join()} if there is no outcome; the cause says why. */
    public static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        FailedException(String message, Throwable cause) {
            super(message + ": " + cause, cause);
        }
    }

    /**
     * Starts to describe a scope.
     *
     * @param name how reports name it, and the name of its virtual threads; its platform threads are numbered, too
     * @param <T> what children result in
     * @return the builder, with defaults for everything
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static <T> TaskScopeBuilder<T, List<T>> builder(String name) {
        return TaskScopeBuilder.named(name);
    }

    /**
     * Starts a child. If the scope is cancelled, the child is, too, and never begins.
     *
     * @param work what to do
     * @return the child
     * @throws IllegalStateException if this scope is closed
     * @throws java.util.concurrent.RejectedExecutionException if no thread could be started
     */
    @CanIgnoreReturnValue
    public Task<T> fork(Callable<? extends T> work) {
        try {
            return core.fork(Objects.requireNonNull(work, "work"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Starts a child that can be told to stop.
     *
     * @param work gets a token that is cancelled with the scope
     * @return the child
     * @throws IllegalStateException if this scope is closed
     * @throws java.util.concurrent.RejectedExecutionException if no thread could be started
     */
    @CanIgnoreReturnValue
    public Task<T> fork(CancellableTask<? extends T> work) {
        try {
            return core.fork(Objects.requireNonNull(work, "work"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Waits until the policy has its outcome: all children have ended, or enough of them to decide. Those that are left are
     * cancelled then, as they are when the deadline passes; closing waits for them.
     *
     * @return what the policy says
     * @throws InterruptedException if the calling thread is interrupted while it waits
     * @throws FailedException if there is no outcome. The cause is what the first child threw, with what others threw
     *     suppressed; or why the scope was cancelled, a {@link java.util.concurrent.TimeoutException} for its deadline
     * @throws IllegalStateException if another thread than the owner calls
     */
    @CanIgnoreReturnValue
    @SuppressWarnings("unchecked") // the policy and the core agree on it
    public R join() throws InterruptedException {
        checkOwner("join");
        try {
            joined = true;
            return (R) core.join();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Returns the token that is cancelled with this scope.
     *
     * @return the same token each time
     */
    public CancelToken token() {
        return core.source.token();
    }

    /**
     * Returns until when joining waits, to be handed down.
     *
     * @return the deadline
     */
    public Deadline deadline() {
        return core.settings.deadline();
    }

    /**
     * Cancels: children that have not begun never will, those that run are interrupted, and what was given to {@link
     * #closeOnCancel} is closed, on the calling thread.
     *
     * @param cause why; the children's tokens and {@link #join()} have it
     * @return false if it was cancelled before
     */
    @CanIgnoreReturnValue
    public boolean cancel(Throwable cause) {
        try {
            return core.cancel(Objects.requireNonNull(cause, "cause"));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Makes a resource this scope's: it is closed when all children have ended, the last one first.
     *
     * @param resource what to close
     * @param <A> its type
     * @return the resource
     * @throws IllegalStateException if this scope is closed: the resource is still the caller's
     */
    @CanIgnoreReturnValue
    public <A extends AutoCloseable> A own(A resource) {
        try {
            if (!core.own(Objects.requireNonNull(resource, "resource"))) {
                throw new IllegalStateException("scope '" + core.name()
                        + "' is closed and can own nothing; the resource is still yours to close");
            }
            return resource;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Has a resource closed as soon as this scope is cancelled, or closed: so that who is blocked in it wakes up. For what an
     * interrupt cannot wake, such as a thread that reads from a socket. It may be closed a second time by who uses it.
     *
     * @param resource what to close; at once if this scope is cancelled already
     * @param <A> its type
     * @return the resource
     */
    @CanIgnoreReturnValue
    public <A extends AutoCloseable> A closeOnCancel(A resource) {
        Objects.requireNonNull(resource, "resource");
        try {
            token().onCancel(() -> closeUnchecked(resource));
            return resource;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private static void closeUnchecked(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failure) {
            throw new IllegalStateException("a resource could not be closed on cancel: " + failure, failure);
        }
    }

    /**
     * Returns how many children have not ended.
     *
     * @return those that run, or are about to
     */
    public int live() {
        return core.live();
    }

    /**
     * Ends this scope: cancels what runs, waits until nothing does, disposes the results that nobody got, and closes what it
     * owns. An interrupt cuts nothing short, and stays set. A second close does nothing.
     *
     * @throws FailedException if something it owned could not be closed
     * @throws IllegalStateException if another thread than the owner calls; or if children were forked and never joined, after
     *     everything is done all the same
     */
    @Override
    public void close() {
        checkOwner("close");
        if (closed) {
            return;
        }
        closed = true;
        try {
            boolean forgotten = !joined && core.live() > 0;
            Throwable thrown = core.close();
            registration.clean();
            if (thrown != null) {
                throw new FailedException("scope '" + core.name() + "': what it owns could not be closed", thrown);
            }
            if (forgotten) {
                throw new IllegalStateException(
                        "scope '" + core.name()
                                + "' was closed while children ran that were not joined; they were cancelled; join before close");
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void checkOwner(String what) {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException(
                    "scope '" + core.name() + "': only its owner may " + what + " it, which is '" + owner.getName()
                            + "', and not '" + Thread.currentThread().getName() + "'");
        }
    }

    @Override
    public String toString() {
        return "TaskScope[" + core.name() + ", live=" + live() + (core.isClosed() ? ", closed]" : "]");
    }
}
