package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * Somebody looks at a child while its parent is cancelled. Whoever sees that it is cancelled sees why.
 *
 * <p>Results: whether it was seen cancelled, and the cause seen after that.
 */
@JCStressTest
@Outcome(id = "true, one", expect = ACCEPTABLE, desc = "Cancelled, and why.")
@Outcome(
        id = {"false, none", "false, one"},
        expect = ACCEPTABLE,
        desc = "Not yet cancelled at the first look.")
@Outcome(expect = FORBIDDEN, desc = "Cancelled for no reason.")
@State
public class CancelTokenReasonJcstress {
    private final CancelSource parent = new CancelSource();
    private final CancelSource child = new CancelSource(parent.token());

    @Actor
    public void reader(LL_Result r) {
        r.r1 = child.token().isCancelled();
        r.r2 = TokenFixture.name(child.token().cause());
    }

    @Actor
    public void canceller() {
        parent.cancel(TokenFixture.ONE);
    }

    /** Has a word for whether it is cancelled and another for why, and writes that one first. */
    @JCStressTest
    @JCStressMeta(CancelTokenReasonJcstress.class)
    @State
    public static class BrokenTwoWords {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource parent = new CancelSource();
        private final CancelSource child = new CancelSource(parent.token());
        private volatile boolean cancelled;

        @Actor
        public void reader(LL_Result r) {
            r.r1 = cancelled;
            r.r2 = TokenFixture.name(child.token().cause());
        }

        @Actor
        public void canceller() {
            cancelled = true;
            fixture.dawdle();
            parent.cancel(TokenFixture.ONE);
        }
    }
}
