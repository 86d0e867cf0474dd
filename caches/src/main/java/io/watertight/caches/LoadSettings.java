package io.watertight.caches;

import io.watertight.guards.Ticker;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** How a cache loads. */
record LoadSettings<K>(
        String cacheName,
        Ticker ticker,
        long timeoutNanos,
        int maxInFlight,
        LoadDefence<? super K> defence,
        @Nullable Executor executor) {}
