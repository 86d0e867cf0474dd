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
 * The last sender is closed while it is duplicated. There is another handle then and the channel goes on, or there is none and it
 * ends.
 *
 * <p>Results: whether there is a duplicate, and whether an element can be sent.
 */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Duplicated before.")
@Outcome(id = "false, false", expect = ACCEPTABLE, desc = "Closed before.")
@Outcome(expect = FORBIDDEN, desc = "A handle of a channel that is closed, or a channel that nobody closes.")
@State
public class SenderDuplicateJcstress {
    private final ChannelFixture channel = new ChannelFixture();
    private final Sender<String> sender = new Sender<>(channel.core);
    private Sender<String> duplicate;

    @Actor
    public void closer() {
        sender.close();
    }

    @Actor
    public void duplicator() {
        try {
            duplicate = sender.duplicate();
        } catch (ChannelClosedException refused) {
            duplicate = null;
        }
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r1 = duplicate != null;
        r.r2 = channel.trySend();
        if (duplicate != null) {
            duplicate.close();
        }
    }

    /** Looks whether the handle is open, and counts the new one later. */
    @JCStressTest
    @JCStressMeta(SenderDuplicateJcstress.class)
    @State
    public static class BrokenCheckThenCount {
        private final ChannelFixture channel = new ChannelFixture();
        private volatile boolean closed;
        private boolean duplicated;

        @Actor
        public void closer() {
            channel.dawdle();
            closed = true;
            channel.core.senderClosed();
        }

        @Actor
        public void duplicator() {
            if (!closed) {
                channel.dawdle();
                channel.core.addSender();
                duplicated = true;
            }
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r1 = duplicated;
            r.r2 = channel.trySend();
        }
    }
}
