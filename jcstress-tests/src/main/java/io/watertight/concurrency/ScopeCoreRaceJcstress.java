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
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * Two children succeed at once, where one is enough. One result is what joining returns, and is nobody else's; the other is
 * disposed, once, unless that child was cancelled before it began.
 *
 * <p>Results: how often what joining returned was disposed, whether the other child made something, and how often that was
 * disposed.
 */
@JCStressTest
@Outcome(id = "0, true, 1", expect = ACCEPTABLE, desc = "The second came too late.")
@Outcome(id = "0, false, 0", expect = ACCEPTABLE, desc = "There was no second.")
@Outcome(expect = FORBIDDEN, desc = "The winner was disposed, or the loser was not.")
@State
public class ScopeCoreRaceJcstress {
    private final ScopeFixture scope = new ScopeFixture(JoinPolicy.anySuccessfulOrThrow());
    private final Resource one = new Resource("one");
    private final Resource two = new Resource("two");
    private final Runnable first = scope.child(one::make);
    private final Runnable second = scope.child(two::make);

    @Actor
    public void one() {
        first.run();
    }

    @Actor
    public void other() {
        second.run();
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        Resource winner = (Resource) scope.join();
        scope.core.close();
        Resource loser = winner == one ? two : one;
        r.r1 = winner.closes.get();
        r.r2 = loser.made;
        r.r3 = loser.closes.get();
    }

    /** Looks whether there is a winner already, and becomes one later. */
    @JCStressTest
    @JCStressMeta(ScopeCoreRaceJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final ScopeFixture scope = new ScopeFixture(JoinPolicy.anySuccessfulOrThrow());
        private final Resource one = new Resource("one");
        private final Resource two = new Resource("two");
        private volatile Resource winner;

        @Actor
        public void one() {
            succeed(one.make());
        }

        @Actor
        public void other() {
            succeed(two.make());
        }

        private void succeed(Resource made) {
            boolean wins = winner == null;
            scope.dawdle();
            if (wins) {
                winner = made;
            } else {
                made.close();
            }
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            Resource loser = winner == one ? two : one;
            r.r1 = winner.closes.get();
            r.r2 = loser.made;
            r.r3 = loser.closes.get();
        }
    }
}
