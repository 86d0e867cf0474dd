package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * A channel is cancelled while somebody sends. What was sent is disposed by the channel, once; who was refused has the element
 * still, and the channel has not touched it.
 *
 * <p>Results: whether it was sent, and how often it was disposed.
 */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "Sent before, and disposed.")
@Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "Refused.")
@Outcome(expect = FORBIDDEN, desc = "Sent and lost, or disposed though it is still the sender's.")
@State
public class ChannelCoreSendCancelJcstress {
    private final ChannelFixture channel = new ChannelFixture();

    @Actor
    public void sender(LL_Result r) {
        r.r1 = channel.trySend();
    }

    @Actor
    public void canceller() {
        channel.core.end(TokenFixture.ONE);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = channel.disposed.get();
    }

    /** Looks whether the channel has ended, and sends later. */
    @JCStressTest
    @JCStressMeta(ChannelCoreSendCancelJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final ChannelFixture channel = new ChannelFixture();
        private final ConcurrentLinkedQueue<String> elements = new ConcurrentLinkedQueue<>();
        private volatile boolean ended;

        @Actor
        public void sender(LL_Result r) {
            boolean sends = !ended;
            channel.dawdle();
            r.r1 = sends && elements.add("element");
        }

        @Actor
        public void canceller() {
            channel.dawdle();
            ended = true;
            while (elements.poll() != null) {
                channel.disposed.incrementAndGet();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = channel.disposed.get();
        }
    }
}
