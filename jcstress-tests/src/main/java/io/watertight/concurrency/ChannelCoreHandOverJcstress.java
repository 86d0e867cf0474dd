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
 * A channel is full, and somebody sends into it and waits for the place, while somebody receives the element that is in it and then
 * waits for the other's. Each wakes the other, and both elements arrive in their order.
 *
 * <p>Results: what became of the sender, and what was received.
 */
@JCStressTest
@Outcome(id = "sent, first second", expect = ACCEPTABLE, desc = "Both went on.")
@Outcome(expect = FORBIDDEN, desc = "One of them waits for ever, or an element was lost.")
@State
public class ChannelCoreHandOverJcstress {
    private final ChannelFixture channel = ChannelFixture.full();

    @Actor
    public void sender(LL_Result r) {
        r.r1 = channel.send();
    }

    @Actor
    public void receiver(LL_Result r) {
        r.r2 = channel.receive() + " " + channel.receive();
    }

    /** Looks whether there is a place, and waits later. The wait is a model, so that nobody waits for ever. */
    @JCStressTest
    @JCStressMeta(ChannelCoreHandOverJcstress.class)
    @State
    public static class BrokenCheckThenPark {
        private final ChannelFixture channel = ChannelFixture.full();
        private volatile boolean waits;
        private boolean woken;

        @Actor
        public void sender() {
            if (channel.core.size() == 1) {
                channel.dawdle();
                waits = true;
            }
        }

        @Actor
        public void receiver() {
            channel.dawdle();
            channel.receive();
            woken = waits;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = waits && !woken ? "not woken" : "sent";
            r.r2 = "first second";
        }
    }
}
