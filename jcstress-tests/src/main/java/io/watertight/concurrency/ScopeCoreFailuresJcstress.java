package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.concurrency.ScopeFixture.Failure;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Two children fail at once, where the first failure cancels the others. One of the two is what the scope failed with; the other is
 * suppressed in it, unless it was cancelled before it could fail.
 *
 * <p>Results: what the scope failed with, how much is suppressed in it, and how many children failed.
 */
@JCStressTest
@Outcome(
        id = {"one, 0, 1", "two, 0, 1"},
        expect = ACCEPTABLE,
        desc = "The other was cancelled.")
@Outcome(
        id = {"one, 1, 2", "two, 1, 2"},
        expect = ACCEPTABLE,
        desc = "The other failed, too.")
@Outcome(expect = FORBIDDEN, desc = "A failure was lost, or counted twice.")
@State
public class ScopeCoreFailuresJcstress {
    private final ScopeFixture scope = new ScopeFixture(JoinPolicy.allSuccessfulOrThrow());
    private final Failure one = new Failure("one");
    private final Failure two = new Failure("two");
    private final TaskRecord<Object> first = scope.fork(() -> fail(one));
    private final Runnable firstThread = scope.nextThread();
    private final TaskRecord<Object> second = scope.fork(() -> fail(two));
    private final Runnable secondThread = scope.nextThread();

    private static Object fail(Failure failure) {
        throw failure;
    }

    @Actor
    public void one() {
        firstThread.run();
    }

    @Actor
    public void other() {
        secondThread.run();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        try {
            r.r1 = scope.join();
        } catch (TaskScope.FailedException thrown) {
            r.r1 = thrown.getCause().getMessage();
            r.r2 = thrown.getCause().getSuppressed().length;
        }
        r.r3 = (first.isCancelled() ? 0 : 1) + (second.isCancelled() ? 0 : 1);
    }

    /** Looks whether there is a failure already, and keeps its own without a lock. */
    @JCStressTest
    @JCStressMeta(ScopeCoreFailuresJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final ScopeFixture scope = new ScopeFixture(JoinPolicy.allSuccessfulOrThrow());
        private final Failure one = new Failure("one");
        private final Failure two = new Failure("two");
        private volatile Failure failure;

        @Actor
        public void one() {
            add(one);
        }

        @Actor
        public void other() {
            add(two);
        }

        private void add(Failure thrown) {
            Failure before = failure;
            scope.dawdle();
            if (before == null) {
                failure = thrown;
            } else {
                before.addSuppressed(thrown);
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r1 = failure.getMessage();
            r.r2 = failure.getSuppressed().length;
            r.r3 = 2;
        }
    }
}
