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
 * Somebody waits for an element, gets it, and is interrupted at once. The element is received or stays in the channel: an interrupt
 * never takes it along.
 *
 * <p>Results: what became of the receiver, and how many elements are left.
 */
@JCStressTest
@Outcome(id = "element, 0", expect = ACCEPTABLE, desc = "Received, whatever came then.")
@Outcome(id = "interrupted, 1", expect = ACCEPTABLE, desc = "Interrupted, and the element is another's.")
@Outcome(expect = FORBIDDEN, desc = "The element was lost, or the receiver not woken.")
@State
public class ChannelCoreInterruptJcstress {
    private final ChannelFixture channel = new ChannelFixture();

    @Actor
    public void receiver(LL_Result r) {
        r.r1 = channel.receiveInterruptibly();
    }

    @Actor
    public void sender() {
        channel.trySend();
        channel.interruptReceiver();
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = channel.drain();
    }

    /** Asks whether it was interrupted when it has the element already. The flag is a model, so that no thread is disturbed. */
    @JCStressTest
    @JCStressMeta(ChannelCoreInterruptJcstress.class)
    @State
    public static class BrokenLateLook {
        private final ChannelFixture channel = new ChannelFixture();
        private volatile boolean interrupted;

        @Actor
        public void receiver(LL_Result r) {
            String what = channel.receive();
            r.r1 = interrupted ? "interrupted" : what;
        }

        @Actor
        public void sender() {
            channel.trySend();
            interrupted = true;
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = channel.drain();
        }
    }
}
