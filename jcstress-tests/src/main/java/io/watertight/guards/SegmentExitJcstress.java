package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The last record leaves a segment while the sweep wants to take the segment out. The sweep adds up the segment's exits
 * right after sealing it and never looks again, so the exit must be counted before the slot can be sealed.
 *
 * <p>Results: 1 if the segment was sealed, and the exits that the sweep would have kept; 0 and the segment's exits if not.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The record had left, and was counted.")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The record was still in; the next sweep will seal.")
@Outcome(expect = FORBIDDEN, desc = "The segment was taken out before the exit was counted.")
@State
public class SegmentExitJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final Segment segment = new Segment(SITE, 1, false);
    private final LeakRecord leaving = Fixture.record();

    public SegmentExitJcstress() {
        segment.offerFromCursor(leaving);
    }

    @Actor
    public void closer() {
        segment.remove(leaving);
    }

    @Actor
    public void sweeper(II_Result r) {
        if (segment.seal()) {
            r.r1 = 1;
            r.r2 = (int) segment.sharedExits();
        }
    }

    @Arbiter
    public void arbiter(II_Result r) {
        r.r2 = r.r1 == 1 ? r.r2 : (int) segment.sharedExits();
    }

    /** Frees the slot first and counts then. */
    @JCStressTest
    @JCStressMeta(SegmentExitJcstress.class)
    @State
    public static class BrokenCountAfterFree {
        private final AtomicReference<Object> slot = new AtomicReference<>(this);
        private final AtomicInteger exits = new AtomicInteger();

        @Actor
        public void closer() {
            slot.set(null);
            exits.incrementAndGet();
        }

        @Actor
        public void sweeper(II_Result r) {
            if (slot.compareAndSet(null, "sealed")) {
                r.r1 = 1;
                r.r2 = exits.get();
            }
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r2 = r.r1 == 1 ? r.r2 : exits.get();
        }
    }
}
