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
 * A handle is closed while it is cleaned up as one that was dropped. It is counted out once: another sender keeps the channel open.
 *
 * <p>Results: how many senders are counted, and whether an element can be sent.
 */
@JCStressTest
@Outcome(id = "1, true", expect = ACCEPTABLE, desc = "One of two is left.")
@Outcome(expect = FORBIDDEN, desc = "Counted out twice, or never.")
@State
public class SenderDroppedJcstress {
    private final ChannelFixture channel = new ChannelFixture();
    private final Sender<String> sender = new Sender<>(channel.core);

    public SenderDroppedJcstress() {
        channel.core.addSender();
    }

    @Actor
    public void closer() {
        sender.close();
    }

    @Actor
    public void reaper() {
        ChannelFixture.collected(sender);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = channel.senders();
        r.r2 = channel.trySend();
    }

    /** Looks whether the handle was counted out, and does so later. */
    @JCStressTest
    @JCStressMeta(SenderDroppedJcstress.class)
    @State
    public static class BrokenCheckThenAct {
        private final ChannelFixture channel = new ChannelFixture();
        private volatile boolean cleaned;

        public BrokenCheckThenAct() {
            channel.core.addSender();
        }

        @Actor
        public void closer() {
            clean();
        }

        @Actor
        public void reaper() {
            clean();
        }

        private void clean() {
            if (!cleaned) {
                channel.dawdle();
                cleaned = true;
                channel.core.senderClosed();
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = channel.senders();
            r.r2 = channel.trySend();
        }
    }
}
