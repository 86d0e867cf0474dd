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
 * The last receiver is closed while somebody waits for a place in a full channel. Who waits is woken and refused; what is in the
 * channel is disposed.
 *
 * <p>Results: what became of the sender, and how many elements were disposed.
 */
@JCStressTest
@Outcome(id = "refused, 1", expect = ACCEPTABLE, desc = "The sender goes on.")
@Outcome(expect = FORBIDDEN, desc = "The sender waits for ever, or sent into a channel that nobody reads.")
@State
public class ChannelCoreBlockedSendJcstress {
    private final ChannelFixture channel = ChannelFixture.full();

    @Actor
    public void sender(LL_Result r) {
        r.r1 = channel.send();
    }

    @Actor
    public void closer() {
        channel.core.receiverClosed();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = channel.disposed.get();
    }

    /** Looks who waits before it says that the channel has ended. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(ChannelCoreBlockedSendJcstress.class)
    @State
    public static class BrokenLookFirst {
        private final ChannelFixture channel = ChannelFixture.full();
        private volatile boolean ended;
        private volatile boolean waits;
        private boolean woken;

        @Actor
        public void sender() {
            if (!ended) {
                channel.dawdle();
                waits = true;
            }
        }

        @Actor
        public void closer() {
            woken = waits;
            channel.dawdle();
            ended = true;
            channel.core.receiverClosed();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = waits && !woken ? "not woken" : "refused";
            r.r2 = channel.disposed.get();
        }
    }
}
