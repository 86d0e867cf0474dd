package io.watertight.concurrency;

import com.google.errorprone.annotations.MustBeClosed;
import io.watertight.guards.internal.LibraryThreads;
import io.watertight.guards.internal.VirtualThreads;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link TaskScope}. Not thread-safe; can be used again after {@link #open()}.
 *
 * @param <T> what children result in
 * @param <R> what joining results in
 */
public final class TaskScopeBuilder<T, R> {
    private final String name;
    private final JoinPolicy<T, R> policy;
    private Deadline deadline = Deadline.never();
    private CancelToken parent = CancelToken.never();
    private boolean virtual = VirtualThreads.isAvailable();
    private int limit = Integer.MAX_VALUE;
    private Task.@Nullable LateDisposer<? super T> disposer;

    private TaskScopeBuilder(String name, JoinPolicy<T, R> policy) {
        this.name = name;
        this.policy = policy;
    }

    static <T> TaskScopeBuilder<T, List<T>> named(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank: it is how reports and threads name the scope");
        }
        return new TaskScopeBuilder<>(name, JoinPolicy.<T>allSuccessfulOrThrow());
    }

    /**
     * Sets what joining waits for. Call this first: it begins anew.
     *
     * @param chosen {@link JoinPolicy#allSuccessfulOrThrow()} by default
     * @param <U> what children result in
     * @param <S> what joining results in
     * @return a builder with this policy, and defaults for everything else
     */
    public <U, S> TaskScopeBuilder<U, S> policy(JoinPolicy<U, S> chosen) {
        return new TaskScopeBuilder<>(name, Objects.requireNonNull(chosen, "chosen"));
    }

    /**
     * Sets until when {@link TaskScope#join()} waits. The earliest of several counts, so a deadline can be handed down.
     *
     * @param until the deadline; never by default
     * @return this builder
     * @throws IllegalArgumentException if it is by another clock than one that was set before
     */
    public TaskScopeBuilder<T, R> deadline(Deadline until) {
        deadline = deadline.min(Objects.requireNonNull(until, "until"));
        return this;
    }

    /**
     * Sets a token with which the scope is cancelled.
     *
     * @param token none by default
     * @return this builder
     */
    public TaskScopeBuilder<T, R> parent(CancelToken token) {
        parent = Objects.requireNonNull(token, "token");
        return this;
    }

    /**
     * Has children run on platform threads; by default they run on virtual ones where there are any.
     *
     * @return this builder
     */
    public TaskScopeBuilder<T, R> platformThreads() {
        virtual = false;
        return this;
    }

    /**
     * Sets how many children may run at once. Forking waits for one to end when there are as many, and goes on when the scope is
     * cancelled or its deadline passes: then the new child never begins.
     *
     * @param children 1 or more; no limit by default
     * @return this builder
     * @throws IllegalArgumentException if {@code children} is less than 1
     */
    public TaskScopeBuilder<T, R> limit(int children) {
        if (children < 1) {
            throw new IllegalArgumentException("children must be 1 or more: " + children);
        }
        limit = children;
        return this;
    }

    /**
     * Sets what to do with a result that nobody gets: of a child that was cancelled, that came after the policy had decided, or
     * of a scope whose join failed. Without it such a result is logged if it can be closed.
     *
     * @param ends ends a result, such as {@code Connection::close}
     * @return this builder
     */
    public TaskScopeBuilder<T, R> onUndelivered(Task.LateDisposer<? super T> ends) {
        disposer = Objects.requireNonNull(ends, "ends");
        return this;
    }

    /**
     * Opens the scope. The calling thread owns it.
     *
     * @return the scope
     */
    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // passed on
    public TaskScope<T, R> open() {
        return new TaskScope<>(new ScopeCore<>(new ScopeSettings<>(
                name,
                policy,
                deadline,
                parent,
                virtual ? VirtualThreads::unstarted : LibraryThreads::daemon,
                !virtual,
                limit,
                disposer)));
    }
}
