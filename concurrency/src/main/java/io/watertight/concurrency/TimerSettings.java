package io.watertight.concurrency;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What a builder said, checked and converted. */
record TimerSettings(
        String name,
        int maxPending,
        @Nullable Executor executor,
        int workers,
        TimerFailurePolicy failurePolicy,
        long closeTimeoutNanos) {}
