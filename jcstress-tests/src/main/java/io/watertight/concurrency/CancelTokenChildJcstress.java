package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/**
 * A child is made, and gets a callback, while its parent is cancelled. The child is cancelled with the cause of its parent, its
 * callback runs once, and the parent keeps nothing of it.
 *
 * <p>Results: the cause of the child, how often its callback ran, and how many callbacks are left at both.
 */
@JCStressTest
@Outcome(id = "one, 1, 0", expect = ACCEPTABLE, desc = "Cancelled with its parent, or born cancelled.")
@Outcome(expect = FORBIDDEN, desc = "The child was forgotten, or its callback, or ran twice.")
@State
public class CancelTokenChildJcstress {
    private final TokenFixture fixture = new TokenFixture();
    private final CancelSource parent = new CancelSource();
    private CancelSource child;

    @Actor
    public void forks() {
        child = new CancelSource(parent.token());
        child.token().onCancel(fixture::ran);
    }

    @Actor
    public void canceller() {
        parent.cancel(TokenFixture.ONE);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = fixture.runs.get(); // before the look at the cause, which might help
        r.r1 = TokenFixture.name(child.token().cause());
        r.r3 = parent.token().callbacks() + child.token().callbacks();
    }

    /** Looks whether the parent is cancelled, and does not ask later whether it took the child. */
    @JCStressTest
    @JCStressMeta(CancelTokenChildJcstress.class)
    @State
    public static class BrokenLinkNotAsked {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource parent = new CancelSource();
        private CancelSource child;

        @Actor
        public void forks() {
            CancelSource made = new CancelSource();
            child = made;
            made.token().onCancel(fixture::ran);
            if (parent.token().isCancelled()) {
                made.cancel(TokenFixture.ONE);
            } else {
                fixture.dawdle();
                TokenFixture.link(
                        parent.token(), new CancelCallback(parent.token(), () -> made.cancel(TokenFixture.ONE)));
            }
        }

        @Actor
        public void canceller() {
            fixture.dawdle();
            parent.cancel(TokenFixture.ONE);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = fixture.runs.get();
            r.r1 = TokenFixture.name(child.token().cause());
            r.r3 = parent.token().callbacks() + child.token().callbacks();
        }
    }
}
