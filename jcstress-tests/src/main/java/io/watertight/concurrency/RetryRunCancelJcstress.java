package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.watertight.guards.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * Somebody cancels while a call that has failed once begins to wait for its second attempt. The call is woken, or does not wait;
 * it ends, and makes no attempt any more.
 *
 * <p>Results: how the call ended, and how many attempts it made.
 */
@JCStressTest
@Outcome(id = "cancelled, 1", expect = ACCEPTABLE, desc = "Cancelled after the first attempt.")
@Outcome(id = "cancelled, 0", expect = ACCEPTABLE, desc = "Cancelled before it.")
@Outcome(expect = FORBIDDEN, desc = "It was tried again after the cancel, or waited on.")
@State
public class RetryRunCancelJcstress {
    /** Far longer than anything here takes: so that who is not woken is found. */
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static final IOException FAILURE = new IOException("jcstress");

    private final CancelSource source = new CancelSource();
    private final Retry retry = retry(RetryPause::park);

    private static Retry retry(RetryPause pause) {
        return Retry.builder("jcstress")
                .attempts(2)
                .within(BOUND.multipliedBy(3))
                .backoff(BOUND, BOUND)
                .host(Ticker.system(), pause, most -> most)
                .build();
    }

    private static @Nullable Object fail(LI_Result r) throws IOException {
        r.r2++;
        throw FAILURE;
    }

    private static String call(Retry retry, CancelToken token, LI_Result r) {
        long start = System.nanoTime();
        String end;
        try {
            retry.call(token, (stop, deadline) -> fail(r));
            end = "succeeded";
        } catch (CancellationException cancelled) {
            end = "cancelled";
        } catch (Exception failure) {
            end = "failed";
        }
        return System.nanoTime() - start < BOUND.toNanos() ? end : "not woken";
    }

    @Actor
    public void caller(LI_Result r) {
        r.r1 = call(retry, source.token(), r);
    }

    @Actor
    public void canceller() {
        source.cancel(TokenFixture.ONE);
    }

    /** Is woken by the cancel, and does not look why it was. */
    @JCStressTest
    @JCStressMeta(RetryRunCancelJcstress.class)
    @State
    public static class BrokenNoLookAfterPause {
        private final CancelSource source = new CancelSource();
        private final Retry retry = retry((nanos, ignored) -> RetryPause.park(nanos, source.token()));

        @Actor
        public void caller(LI_Result r) {
            r.r1 = call(retry, CancelToken.never(), r);
        }

        @Actor
        public void canceller() {
            source.cancel(TokenFixture.ONE);
        }
    }
}
