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
 * The last sender is closed while somebody waits for an element of an empty channel. Who waits is woken, and told that this is the
 * end.
 *
 * <p>Results: what became of the receiver, and whether the channel has ended.
 */
@JCStressTest
@Outcome(id = "end, true", expect = ACCEPTABLE, desc = "The receiver goes on.")
@Outcome(expect = FORBIDDEN, desc = "The receiver waits for ever.")
@State
public class ChannelCoreBlockedReceiveJcstress {
    private final ChannelFixture channel = new ChannelFixture();

    @Actor
    public void receiver(LL_Result r) {
        r.r1 = channel.receive();
    }

    @Actor
    public void closer() {
        channel.core.senderClosed();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = channel.core.isEnded();
    }

    /** Looks whether it is closed, and waits later. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(ChannelCoreBlockedReceiveJcstress.class)
    @State
    public static class BrokenCheckThenPark {
        private final ChannelFixture channel = new ChannelFixture();
        private volatile boolean waits;
        private boolean woken;

        @Actor
        public void receiver() {
            if (!channel.core.isEnded()) {
                channel.dawdle();
                waits = true;
            }
        }

        @Actor
        public void closer() {
            channel.dawdle();
            channel.core.senderClosed();
            woken = waits;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = waits && !woken ? "not woken" : "end";
            r.r2 = channel.core.isEnded();
        }
    }
}
