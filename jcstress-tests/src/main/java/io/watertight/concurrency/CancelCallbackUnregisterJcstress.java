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
 * A callback is unregistered while the token is cancelled. It runs if and only if unregistering it said false.
 *
 * <p>Results: what unregistering said, how often the callback ran, and how many are left in the list.
 */
@JCStressTest
@Outcome(id = "true, 0, 0", expect = ACCEPTABLE, desc = "Unregistered in time.")
@Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "It had begun to run.")
@Outcome(expect = FORBIDDEN, desc = "It ran though it was unregistered, or neither, or is still held.")
@State
public class CancelCallbackUnregisterJcstress {
    private final TokenFixture fixture = new TokenFixture();
    private final CancelSource source = new CancelSource();
    private final CancelToken.Registration registration = source.token().onCancel(fixture::ran);

    @Actor
    public void registrar(LLL_Result r) {
        r.r1 = registration.unregister();
    }

    @Actor
    public void canceller() {
        source.cancel(TokenFixture.ONE);
    }

    @Arbiter
    public void arbiter(LLL_Result r) {
        r.r2 = fixture.runs.get();
        r.r3 = source.token().callbacks();
    }

    /** Looks whether the callback is there, and takes it away later. */
    @JCStressTest
    @JCStressMeta(CancelCallbackUnregisterJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final TokenFixture fixture = new TokenFixture();
        private final CancelSource source = new CancelSource();
        private final CancelCallback registration =
                (CancelCallback) source.token().onCancel(fixture::ran);

        @Actor
        public void registrar(LLL_Result r) {
            boolean armed = TokenFixture.callbackVolatile(registration) != null;
            if (armed) {
                fixture.dawdle();
                TokenFixture.clearCallbackVolatile(registration);
                source.token().unlink(registration);
            }
            r.r1 = armed;
        }

        @Actor
        public void canceller() {
            fixture.dawdle();
            source.cancel(TokenFixture.ONE);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = fixture.runs.get();
            r.r3 = source.token().callbacks();
        }
    }
}
