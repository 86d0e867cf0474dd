package io.watertight.concurrency;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads of an executor that are there, or about to start; all of it under the executor's lock, but for a look from the
 * first on through each `next`.
 */
final class TaskWorkers {
    /*
     * Racy: such a look sees all that were there from its begin to its end, and may see some that came or went. A thread is put
     * in before the first, which is volatile, so that whoever sees it sees those after it; one that is taken out still
     * points at what came after it.
     */
    private volatile @Nullable TaskWorker first;
    private int count;
    /** Those that have been added, and have not asked for a task yet. */
    private int starting;

    @Nullable
    TaskWorker first() {
        return first;
    }

    int starting() {
        return starting;
    }

    int count() {
        return count;
    }

    void add(TaskWorker worker) {
        TaskWorker after = first;
        worker.next = after;
        if (after != null) {
            after.previous = worker;
        }
        first = worker;
        count++;
        starting++;
    }

    void started(TaskWorker worker) {
        if (worker.isStarting) {
            worker.isStarting = false;
            starting--;
        }
    }

    void remove(TaskWorker worker) {
        TaskWorker before = worker.previous;
        TaskWorker after = worker.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after != null) {
            after.previous = before;
        }
        count--;
        started(worker);
    }

    boolean has(Thread thread) {
        for (TaskWorker worker = first; worker != null; worker = worker.next) {
            if (worker.thread() == thread) {
                return true;
            }
        }
        return false;
    }

    void forEachRunning(BiConsumer<TaskWorker, TaskRecord<?>> visitor) {
        for (TaskWorker worker = first; worker != null; worker = worker.next) {
            if (worker.current != null) {
                visitor.accept(worker, worker.current);
            }
        }
    }

    /** Those whose threads have vanished, and what they ran; each worker once, and it is still to leave. */
    Map<TaskWorker, TaskRecord<?>> takeLost() {
        Map<TaskWorker, TaskRecord<?>> lost = new HashMap<>();
        forEachRunning((worker, task) -> {
            if (!worker.foundLost && worker.isLost()) {
                worker.foundLost = true;
                lost.put(worker, task);
            }
        });
        return lost;
    }
}
