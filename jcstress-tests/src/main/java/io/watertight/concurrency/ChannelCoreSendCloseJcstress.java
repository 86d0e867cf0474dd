package io.watertight.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * The last sender is closed while somebody sends, and a receiver then takes what is left until the end. What was sent is received;
 * who was refused sent nothing; after the end there is nothing.
 *
 * <p>Results: whether it was sent, and how many elements were received.
 */
@JCStressTest
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "Sent before the close.")
@Outcome(id = "false, 0", expect = ACCEPTABLE, desc = "Refused.")
@Outcome(expect = FORBIDDEN, desc = "Sent and never received, or received though it was refused.")
@State
public class ChannelCoreSendCloseJcstress {
    private final ChannelFixture channel = new ChannelFixture();

    @Actor
    public void sender(LL_Result r) {
        r.r1 = channel.trySend();
    }

    @Actor
    public void closer(LL_Result r) {
        channel.core.senderClosed();
        int received = 0;
        while (!channel.receive().equals("end")) {
            received++;
        }
        r.r2 = received;
    }

    /** Looks whether it is closed, and sends later. */
    @JCStressTest
    @JCStressMeta(ChannelCoreSendCloseJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final ChannelFixture channel = new ChannelFixture();
        private final ConcurrentLinkedQueue<String> elements = new ConcurrentLinkedQueue<>();
        private volatile boolean closed;

        @Actor
        public void sender(LL_Result r) {
            boolean sends = !closed;
            channel.dawdle();
            r.r1 = sends && elements.add("element");
        }

        @Actor
        public void closer(LL_Result r) {
            channel.dawdle();
            closed = true;
            int received = 0;
            while (elements.poll() != null) {
                received++;
            }
            r.r2 = received;
        }
    }
}
