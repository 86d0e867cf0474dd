package io.watertight.concurrency;

import java.util.List;

/**
 * What a {@link TaskScope} waits for, what cancels the children that are left, and what joining it results in. Immutable and
 * thread-safe.
 *
 * @param <T> what children result in
 * @param <R> what joining results in
 */
@SuppressWarnings("UnusedTypeParameter") // they tie a scope to its children and its outcome
public final class JoinPolicy<T, R> {
    private static final JoinPolicy<Object, List<Object>> ALL = new JoinPolicy<>(Kind.ALL, Integer.MAX_VALUE);
    private static final JoinPolicy<Object, List<Task<Object>>> AWAIT = new JoinPolicy<>(Kind.AWAIT, Integer.MAX_VALUE);
    private static final JoinPolicy<Object, Object> ANY = new JoinPolicy<>(Kind.ANY, 1);

    /** How a policy decides. */
    enum Kind {
        /** The first failure decides. */
        ALL,
        /** Nothing decides. */
        AWAIT,
        /** The first success decides. */
        ANY,
        /** So many successes decide. */
        QUORUM
    }

    final Kind kind;
    final int successes;

    private JoinPolicy(Kind kind, int successes) {
        this.kind = kind;
        this.successes = successes;
    }

    /**
     * All must succeed: the first failure cancels the others, and joining throws it.
     *
     * @param <T> what children result in
     * @return the policy; joining results in what the children returned, in the order of their forks
     */
    @SuppressWarnings("unchecked") // it is the same for all types
    public static <T> JoinPolicy<T, List<T>> allSuccessfulOrThrow() {
        return (JoinPolicy<T, List<T>>) (JoinPolicy<?, ?>) ALL;
    }

    /**
     * All are waited for, whatever becomes of them.
     *
     * @param <T> what children result in
     * @return the policy; joining results in the children, all of them done, in the order of their forks
     */
    @SuppressWarnings("unchecked") // it is the same for all types
    public static <T> JoinPolicy<T, List<Task<T>>> awaitAll() {
        return (JoinPolicy<T, List<Task<T>>>) (JoinPolicy<?, ?>) AWAIT;
    }

    /**
     * One must succeed: the first success cancels the others. If none does, joining throws the first failure.
     *
     * @param <T> what children result in
     * @return the policy; joining results in what the first child returned
     */
    @SuppressWarnings("unchecked") // it is the same for all types
    public static <T> JoinPolicy<T, T> anySuccessfulOrThrow() {
        return (JoinPolicy<T, T>) (JoinPolicy<?, ?>) ANY;
    }

    /**
     * Some must succeed: that many successes cancel the others. If there are fewer, joining throws the first failure.
     *
     * @param successes how many, 1 or more
     * @param <T> what children result in
     * @return the policy; joining results in what those children returned, in the order in which they ended
     * @throws IllegalArgumentException if {@code successes} is less than 1
     */
    public static <T> JoinPolicy<T, List<T>> quorum(int successes) {
        if (successes < 1) {
            throw new IllegalArgumentException("successes must be 1 or more: " + successes);
        }
        return new JoinPolicy<>(Kind.QUORUM, successes);
    }

    /** Whether the end of a child decides. */
    boolean isDecided(boolean failed, int succeeded) {
        return kind == Kind.ALL ? failed : succeeded >= successes;
    }

    boolean countsSuccesses() {
        return kind == Kind.ANY || kind == Kind.QUORUM;
    }

    @Override
    public String toString() {
        return "JoinPolicy[" + kind + (kind == Kind.QUORUM ? " of " + successes + "]" : "]");
    }
}
