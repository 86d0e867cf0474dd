package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/**
 * Tasks in the order of their arrival, linked through themselves, so that any can be taken out in constant time. Guarded by the
 * executor's lock.
 */
final class TaskQueue {
    /** Before the first and after the last; so a task is queued if and only if it has a neighbour. */
    private final TaskRecord<?> end;

    private int size;
    private long added;

    TaskQueue(TaskHost host) {
        this.end = new TaskRecord<>(host, "the end");
        end.next = end;
        end.previous = end;
    }

    int size() {
        return size;
    }

    /** Tasks that were ever queued. */
    long added() {
        return added;
    }

    void add(TaskRecord<?> task) {
        TaskRecord<?> last = neighbour(end.previous);
        task.previous = last;
        task.next = end;
        last.next = task;
        end.previous = task;
        size++;
        added++;
    }

    @Nullable
    TaskRecord<?> poll() {
        TaskRecord<?> first = neighbour(end.next);
        if (first == end) {
            return null;
        }
        remove(first);
        return first;
    }

    /** Takes a task out; false if it is not queued. */
    boolean remove(TaskRecord<?> task) {
        TaskRecord<?> after = task.next;
        TaskRecord<?> before = task.previous;
        if (after == null || before == null) {
            return false;
        }
        before.next = after;
        after.previous = before;
        task.next = null;
        task.previous = null;
        size--;
        return true;
    }

    private static TaskRecord<?> neighbour(@Nullable TaskRecord<?> task) {
        if (task == null) {
            throw new AssertionError("a queued task has two neighbours");
        }
        return task;
    }
}
