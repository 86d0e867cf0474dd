package io.watertight.concurrency;

import org.jspecify.annotations.Nullable;

/** A task that results in what was given with it. */
final class ValueTask<T> extends TaskRecord<T> {
    private final @Nullable T value;

    ValueTask(TaskHost host, Runnable body, @Nullable T value) {
        super(host, body);
        this.value = value;
    }

    @Override
    @Nullable
    Object valueOfCommand() {
        return value;
    }
}
