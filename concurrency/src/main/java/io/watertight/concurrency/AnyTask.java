package io.watertight.concurrency;

import java.util.Queue;
import java.util.concurrent.Callable;

/** A task that tells when its future is done. */
final class AnyTask<T> extends TaskRecord<T> {
    private final Queue<AnyTask<T>> done;

    AnyTask(TaskHost host, Callable<T> body, Queue<AnyTask<T>> done) {
        super(host, body);
        this.done = done;
    }

    @Override
    void ended() {
        done.add(this);
    }
}
