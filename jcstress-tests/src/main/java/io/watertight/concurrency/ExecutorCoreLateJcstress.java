package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.concurrency.ScopeFixture.Resource;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A task that makes a resource is cancelled while it runs. The caller gets the resource, or the task's disposer does: one of them,
 * and once.
 *
 * <p>Results: what became of the task, whether it made the resource, how often that was disposed, and whether everything adds up.
 */
@JCStressTest
@Outcome(id = "done, true, 0, sound", expect = ACCEPTABLE, desc = "It is the caller's.")
@Outcome(id = "cancelled, true, 1, sound", expect = ACCEPTABLE, desc = "Cancelled before it was published.")
@Outcome(id = "cancelled, false, 0, sound", expect = ACCEPTABLE, desc = "Cancelled before it was made.")
@Outcome(expect = FORBIDDEN, desc = "Nobody has it, or two.")
@State
public class ExecutorCoreLateJcstress {
    private final ExecutorFixture executor = new ExecutorFixture();
    private final Resource resource = new Resource("result");
    private final TaskRecord<Object> task = executor.task(resource::make);

    public ExecutorCoreLateJcstress() {
        task.onLate(late -> ((Resource) late).close());
        executor.submit(task);
    }

    @Actor
    public void worker() {
        executor.work();
    }

    @Actor
    public void canceller() {
        executor.dawdle();
        task.cancel(false);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r1 = ScopeFixture.end(task);
        r.r2 = resource.made;
        r.r3 = resource.closes.get();
        r.r4 = executor.audit();
    }

    /** Looks whether the task is cancelled, and publishes the result later. */
    @JCStressTest
    @JCStressMeta(ExecutorCoreLateJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TaskFixture fixture = new TaskFixture();
        private final Resource resource = new Resource("result");
        private volatile boolean cancelled;
        private volatile boolean done;

        @Actor
        public void worker() {
            resource.make();
            boolean late = cancelled;
            fixture.dawdle();
            if (late) {
                resource.close();
            } else {
                done = true;
            }
        }

        @Actor
        public void canceller() {
            fixture.dawdle();
            if (!done) {
                cancelled = true;
            }
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r1 = cancelled ? "cancelled" : "done";
            r.r2 = resource.made;
            r.r3 = resource.closes.get();
            r.r4 = "sound";
        }
    }
}
