package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.concurrency.ScopeFixture.Resource;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A child gives its scope a resource while the scope is closed. The scope refuses it, or closes it: once, and not before the child
 * has ended, which may use it until then.
 *
 * <p>Results: whether the scope took it, how often it was closed in the end, and before the child had ended.
 */
@JCStressTest
@Outcome(id = "true, 1, 0", expect = ACCEPTABLE, desc = "Closed after the child.")
@Outcome(id = "false, 0, 0", expect = ACCEPTABLE, desc = "Refused: it is still the child's.")
@Outcome(id = "never, 0, 0", expect = ACCEPTABLE, desc = "The child was cancelled before it began.")
@Outcome(expect = FORBIDDEN, desc = "Taken and never closed, or closed twice, or under a child that uses it.")
@State
public class ScopeCoreOwnCloseJcstress {
    private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
    private final Resource resource = new Resource("owned");
    private Object taken = "never";
    private int before;

    public ScopeCoreOwnCloseJcstress() {
        scope.fork(this::work);
    }

    private @Nullable Object work() {
        taken = scope.core.own(resource);
        scope.dawdle();
        before = resource.closes.get();
        return null;
    }

    @Actor
    public void child() {
        scope.runChild();
    }

    @Actor
    public void closer() {
        scope.core.close();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r1 = taken;
        r.r2 = resource.closes.get();
        r.r3 = before;
    }

    /** Closes what the scope owns before it waits for the children. */
    @JCStressTest
    @JCStressMeta(ScopeCoreOwnCloseJcstress.class)
    @State
    public static class BrokenOwnedFirst {
        private final ScopeFixture scope = new ScopeFixture(JoinPolicy.awaitAll());
        private final Resource resource = new Resource("owned");
        private Object taken = "never";
        private int before;

        public BrokenOwnedFirst() {
            scope.fork(this::work);
        }

        private @Nullable Object work() {
            taken = scope.core.own(resource);
            scope.dawdle();
            before = resource.closes.get();
            return null;
        }

        @Actor
        public void child() {
            scope.runChild();
        }

        @Actor
        public void closer() {
            scope.dawdle();
            scope.finish();
            scope.core.close();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = taken;
            r.r2 = resource.closes.get();
            r.r3 = before;
        }
    }
}
