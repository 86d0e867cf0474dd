package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** What a builder said. */
record ScopeSettings<T>(
        String name,
        JoinPolicy<T, ?> policy,
        Deadline deadline,
        CancelToken parent,
        ThreadMaker threads,
        boolean numbersThreads,
        int limit,
        Task.@Nullable LateDisposer<? super T> disposer) {

    /**
     * Makes the thread of a child. Virtual threads of a scope have one name: a name for each would cost a tenth of what the child
     * costs, and thread dumps tell them apart by their identifiers.
     */
    Thread thread(int number, Runnable body) {
        return threads.unstarted(numbersThreads ? name + "-" + number : name, body);
    }
}
