package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A callback is registered while the token is cancelled. Either the canceller finds it in the list, or its registrar sees that
 * the token is cancelled: it runs once.
 *
 * <p>Results: how often it ran, and how many callbacks are left in the list.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "One of the two ran it.")
@Outcome(expect = FORBIDDEN, desc = "It was forgotten, or ran twice, or is still held.")
@State
public class CancelTokenRegisterJcstress {
    private final TokenFixture fixture = new TokenFixture();
    private final CancelSource source = new CancelSource();

    @Actor
    public void registrar() {
        source.token().onCancel(fixture::ran);
    }

    @Actor
    public void canceller() {
        source.cancel(TokenFixture.ONE);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = fixture.runs.get();
        r.r2 = source.token().callbacks();
    }

    /** Takes the list before it says that the token is cancelled. */
    @JCStressTest
    @JCStressMeta(CancelTokenRegisterJcstress.class)
    @State
    public static class BrokenCallbacksFirst {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource source = new CancelSource();

        @Actor
        public void registrar() {
            fixture.dawdle();
            source.token().onCancel(fixture::ran);
        }

        @Actor
        public void canceller() {
            TokenFixture.runCallbacks(source.token());
            fixture.dawdle();
            TokenFixture.casCause(source.token(), TokenFixture.ONE);
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = fixture.runs.get();
            r.r2 = source.token().callbacks();
        }
    }
}
