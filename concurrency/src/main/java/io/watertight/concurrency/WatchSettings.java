package io.watertight.concurrency;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How an executor is watched.
 *
 * @param stuckNanos positive
 * @param listener null for the log only
 */
record WatchSettings(long stuckNanos, @Nullable Consumer<? super StuckReport> listener, Watchdog watchdog) {}
