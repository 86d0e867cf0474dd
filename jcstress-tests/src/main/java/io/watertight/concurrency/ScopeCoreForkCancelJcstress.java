package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A scope is cancelled while a child is forked. The child is refused, or is there to be cancelled: one that was started and that
 * nobody cancels would run on in a scope that is over. Its thread comes last here, so it never begins.
 *
 * <p>Results: what became of the child, how often its body ran, and how many children are live.
 */
@JCStressTest
@Outcome(id = "cancelled, 0, 0", expect = ACCEPTABLE, desc = "Refused, or cancelled before it began.")
@Outcome(expect = FORBIDDEN, desc = "Started, and not seen by who cancelled; or counted twice or never.")
@State
public class ScopeCoreForkCancelJcstress {
    private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
    private TaskRecord<Object> task;

    @Actor
    public void forker() {
        task = scope.fork(scope.runs::incrementAndGet);
    }

    @Actor
    public void canceller() {
        scope.core.cancel(TokenFixture.ONE);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        scope.runChild();
        r.r1 = ScopeFixture.end(task);
        r.r2 = scope.runs.get();
        r.r3 = scope.core.live();
    }

    /** Looks whether the scope is cancelled, and adds the child later. */
    @JCStressTest
    @JCStressMeta(ScopeCoreForkCancelJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
        private final List<TaskRecord<Object>> children = new CopyOnWriteArrayList<>();
        private final TaskRecord<Object> task = new TaskRecord<>(scope.core, (Runnable) scope.runs::incrementAndGet);
        private volatile boolean cancelled;

        @Actor
        public void forker() {
            if (cancelled) {
                task.cancel(false, TokenFixture.ONE);
            } else {
                scope.dawdle();
                children.add(task);
            }
        }

        @Actor
        public void canceller() {
            scope.dawdle();
            cancelled = true;
            children.forEach(child -> child.cancel(true, TokenFixture.ONE));
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            task.runOn(Thread.currentThread());
            r.r1 = ScopeFixture.end(task);
            r.r2 = scope.runs.get();
            r.r3 = 0;
        }
    }
}
