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
 * A channel is cancelled while somebody receives the element that is in it. Who received it has it; else it is disposed, once.
 *
 * <p>Results: what was received, and how often the element was disposed.
 */
@JCStressTest
@Outcome(id = "first, 0", expect = ACCEPTABLE, desc = "Received before.")
@Outcome(id = "refused, 1", expect = ACCEPTABLE, desc = "Cancelled before.")
@Outcome(expect = FORBIDDEN, desc = "Received and disposed, or neither.")
@State
public class ChannelCoreReceiveCancelJcstress {
    private final ChannelFixture channel = ChannelFixture.full();

    @Actor
    public void receiver(LL_Result r) {
        r.r1 = channel.receive();
    }

    @Actor
    public void canceller() {
        channel.core.end(TokenFixture.ONE);
    }

    @Arbiter
    public void arbiter(LL_Result r) {
        r.r2 = channel.disposed.get();
    }

    /** Disposes what is in the channel, and takes it out later. */
    @JCStressTest
    @JCStressMeta(ChannelCoreReceiveCancelJcstress.class)
    @State
    public static class BrokenDisposedInPlace {
        private final ChannelFixture channel = new ChannelFixture();
        private final ConcurrentLinkedQueue<String> elements = new ConcurrentLinkedQueue<>();

        public BrokenDisposedInPlace() {
            elements.add("first");
        }

        @Actor
        public void receiver(LL_Result r) {
            channel.dawdle();
            String element = elements.poll();
            r.r1 = element == null ? "refused" : element;
        }

        @Actor
        public void canceller() {
            elements.forEach(element -> channel.disposed.incrementAndGet());
            channel.dawdle();
            elements.clear();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            r.r2 = channel.disposed.get();
        }
    }
}
