package io.watertight.concurrency;

/**
 * What a {@link CancellableExecutor} has done.
 *
 * @param threads threads alive
 * @param running tasks that run, those included that were cancelled and go on
 * @param queued tasks that wait for a thread
 * @param completed tasks that have run to their end, in whatever way
 * @param cancelled tasks that were cancelled before they ran
 * @param rejected tasks that were refused
 * @param late results that came after their task was cancelled, and were disposed or reported
 */
public record ExecutorStats(
        int threads, int running, int queued, long completed, long cancelled, long rejected, long late) {}
