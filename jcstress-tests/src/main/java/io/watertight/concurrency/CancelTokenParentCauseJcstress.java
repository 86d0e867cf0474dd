package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * A child is cancelled while its parent is. The child has one cause, its own or its parent's, and who cancelled the parent sees
 * the same one there as everybody later.
 *
 * <p>Results: whether the child's own cancel decided, the cause that was seen at the child after the cancel of the parent, the
 * one in the end, and how often the child's callback ran.
 */
@JCStressTest
@Outcome(id = "true, two, two, 1", expect = ACCEPTABLE, desc = "The child was cancelled by itself.")
@Outcome(id = "false, one, one, 1", expect = ACCEPTABLE, desc = "The child was cancelled with its parent.")
@Outcome(expect = FORBIDDEN, desc = "The cause was seen to change, or is not that of who decided.")
@State
public class CancelTokenParentCauseJcstress {
    private final TokenFixture fixture = new TokenFixture();
    private final CancelSource parent = new CancelSource();
    private final CancelSource child = new CancelSource(parent.token());

    public CancelTokenParentCauseJcstress() {
        child.token().onCancel(fixture::ran);
    }

    @Actor
    public void parent(LLLL_Result r) {
        parent.cancel(TokenFixture.ONE);
        r.r2 = TokenFixture.name(child.token().cause());
    }

    @Actor
    public void child(LLLL_Result r) {
        r.r1 = child.cancel(TokenFixture.TWO);
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r3 = TokenFixture.name(child.token().cause());
        r.r4 = fixture.runs.get();
    }

    /** Says what the parent has, and does not write it down. */
    @JCStressTest
    @JCStressMeta(CancelTokenParentCauseJcstress.class)
    @State
    public static class BrokenNotWrittenDown {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource parent = new CancelSource();
        private final CancelSource child = new CancelSource(parent.token());

        @Actor
        public void parent(LLLL_Result r) {
            parent.cancel(TokenFixture.ONE);
            r.r2 = seen();
        }

        @Actor
        public void child(LLLL_Result r) {
            boolean first = !child.token().isCancelled();
            fixture.dawdle();
            r.r1 = first && TokenFixture.casCause(child.token(), TokenFixture.TWO);
        }

        private String seen() {
            Throwable own = TokenFixture.ownCauseVolatile(child.token());
            return TokenFixture.name(own != null ? own : parent.token().cause());
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = seen();
            r.r4 = 1;
        }
    }
}
