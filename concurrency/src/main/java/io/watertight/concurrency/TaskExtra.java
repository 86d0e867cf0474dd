package io.watertight.concurrency;

import io.watertight.guards.Guard;
import io.watertight.guards.Site;
import org.jspecify.annotations.Nullable;

/** What only some tasks have; made when it is first needed. */
final class TaskExtra {
    /** Settled with the cause before the thread is interrupted. */
    final CancelToken token = new CancelToken(null);
    /** Volatile: it is declared by one thread and read by another, which may have no other tie. */
    volatile Task.@Nullable LateDisposer<Object> disposer;
    /** Where it was submitted; null where that is not tracked. Plain: written before the task is published. */
    @Nullable
    Site site;

    /** By it the registry knows the task, until it has ended; null where tasks are not tracked one by one. As site. */
    private @Nullable Guard<String> guard;

    @SuppressWarnings("MustBeClosedChecker") // ended() closes it
    void track(Site submittedAt, String executor) {
        site = submittedAt;
        guard = submittedAt.open(executor, ignored -> {}).handOver();
    }

    /** The work has ended, or never begins. By who decided that. */
    void ended() {
        Guard<String> tracking = guard;
        if (tracking != null) {
            tracking.close();
        }
    }
}
