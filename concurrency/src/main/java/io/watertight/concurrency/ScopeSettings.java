package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** What a builder said. */
record ScopeSettings<T>(
        String name,
        JoinPolicy<T, ?> policy,
        Deadline deadline,
        CancelToken parent,
        ThreadMaker threads,
        int limit,
        Task.@Nullable LateDisposer<? super T> disposer) {}
