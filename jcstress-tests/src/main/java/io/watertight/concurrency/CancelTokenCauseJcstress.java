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
 * A token is cancelled twice at once, as by a deadline and by hand. One of the two decides, and all see its cause, for ever.
 *
 * <p>Results: what each cancel said, with the cause it saw then; the cause in the end; and how often a callback ran.
 */
@JCStressTest
@Outcome(id = "true one, false one, one, 1", expect = ACCEPTABLE, desc = "The deadline decided.")
@Outcome(id = "false two, true two, two, 1", expect = ACCEPTABLE, desc = "The cancel by hand decided.")
@Outcome(expect = FORBIDDEN, desc = "Both or none decided, or the cause was seen to change.")
@State
public class CancelTokenCauseJcstress {
    private final TokenFixture fixture = new TokenFixture();
    private final CancelSource source = new CancelSource();

    public CancelTokenCauseJcstress() {
        source.token().onCancel(fixture::ran);
    }

    @Actor
    public void deadline(LLLL_Result r) {
        boolean decided = source.cancel(TokenFixture.ONE);
        r.r1 = decided + " " + TokenFixture.name(source.token().cause());
    }

    @Actor
    public void byHand(LLLL_Result r) {
        boolean decided = source.cancel(TokenFixture.TWO);
        r.r2 = decided + " " + TokenFixture.name(source.token().cause());
    }

    @Arbiter
    public void arbiter(LLLL_Result r) {
        r.r3 = TokenFixture.name(source.token().cause());
        r.r4 = fixture.runs.get();
    }

    /** Looks whether there is a cause, and writes its own later. */
    @JCStressTest
    @JCStressMeta(CancelTokenCauseJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource source = new CancelSource();

        public BrokenCheckThenAct() {
            source.token().onCancel(fixture::ran);
        }

        @Actor
        public void deadline(LLLL_Result r) {
            r.r1 = cancel(TokenFixture.ONE) + " "
                    + TokenFixture.name(source.token().cause());
        }

        @Actor
        public void byHand(LLLL_Result r) {
            r.r2 = cancel(TokenFixture.TWO) + " "
                    + TokenFixture.name(source.token().cause());
        }

        private boolean cancel(Throwable cause) {
            if (source.token().cause() != null) {
                return false;
            }
            fixture.dawdle();
            TokenFixture.setCauseVolatile(source.token(), cause);
            TokenFixture.runCallbacks(source.token());
            return true;
        }

        @Arbiter
        public void arbiter(LLLL_Result r) {
            r.r3 = TokenFixture.name(source.token().cause());
            r.r4 = fixture.runs.get();
        }
    }
}
