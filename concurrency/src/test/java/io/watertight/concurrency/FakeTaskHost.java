package io.watertight.concurrency;

import java.util.ArrayList;
import java.util.List;

/** Counts what tasks tell their executor. */
final class FakeTaskHost implements TaskHost {
    int permitsBack;
    final List<Object> late = new ArrayList<>();

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public void bodyEnded() {
        permitsBack++;
    }

    @Override
    public void cancelledBeforeRun(TaskRecord<?> task) {
        permitsBack++;
    }

    @Override
    public void late(TaskRecord<?> task, Object result) {
        late.add(result);
    }
}
