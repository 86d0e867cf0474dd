package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * The sweep seals an empty segment, slot by slot, while an opener looks for a slot in it. Slots change hands by
 * compare-and-set only, so they agree: the record is in and the segment was opened again, or the segment is sealed and
 * the record is not in it.
 *
 * <p>Results: 1 if the opener got in, 1 if the segment was sealed, slots that take a record afterwards.
 */
@JCStressTest
@Outcome(id = "1, 0, 3", expect = ACCEPTABLE, desc = "The opener got in; the other slots are open again.")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "Sealed; the opener goes elsewhere.")
@Outcome(expect = FORBIDDEN, desc = "A record in a sealed segment, or slots that stayed sealed.")
@State
public class SegmentSealJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);
    private static final int SLOTS = 4;

    private final Segment segment = new Segment(SITE, SLOTS, false);

    @Actor
    public void opener(III_Result r) {
        r.r1 = segment.offerFromCursor(Fixture.record()) ? 1 : 0;
    }

    @Actor
    public void sweeper(III_Result r) {
        r.r2 = segment.seal() ? 1 : 0;
    }

    @Arbiter
    public void arbiter(III_Result r) {
        segment.rewind();
        while (segment.offerFromCursor(Fixture.record())) {
            r.r3++;
        }
    }

    /** Looks whether the segment is empty, and then says that it is closed: an opener has been let in before that. */
    @JCStressTest
    @JCStressMeta(SegmentSealJcstress.class)
    @State
    public static class BrokenClosedFlag {
        private final Segment segment = new Segment(SITE, SLOTS, false);
        private volatile boolean sealed;

        @Actor
        public void opener(III_Result r) {
            r.r1 = !sealed && segment.offerFromCursor(Fixture.record()) ? 1 : 0;
        }

        @Actor
        public void sweeper(III_Result r) {
            if (segment.free() == SLOTS) {
                sealed = true;
                r.r2 = 1;
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = sealed ? 0 : SLOTS - 1;
        }
    }
}
