package io.watertight.concurrency;

import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Stands for the executor of one task, and counts what it is told. */
final class TaskFixture implements TaskHost, Callable<String> {
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger permitsBack = new AtomicInteger();
    final AtomicInteger late = new AtomicInteger();
    private @Nullable Throwable dawdled;

    @Override
    public String call() {
        runs.incrementAndGet();
        return "result";
    }

    @Override
    public String name() {
        return "jcstress";
    }

    @Override
    public void bodyEnded() {
        permitsBack.incrementAndGet();
    }

    @Override
    public void cancelledBeforeRun(TaskRecord<?> task) {
        permitsBack.incrementAndGet();
    }

    @Override
    public void late(TaskRecord<?> task, Object result) {
        late.incrementAndGet();
    }

    TaskRecord<String> task() {
        return new TaskRecord<>(this, this);
    }

    /** For twins: lets time pass between a look and what is done about it. */
    void dawdle() {
        dawdled = new Throwable();
    }
}
