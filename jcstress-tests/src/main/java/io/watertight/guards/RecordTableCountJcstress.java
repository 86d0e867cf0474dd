package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * The counters of a site are read while its one record leaves. Slot and count are two words, so the record may be seen
 * in both, just before its slot becomes free; it is never seen in neither, because a count that changed under the look
 * at the slot is read again.
 *
 * <p>Results: exits and outstanding, during the race; exits and outstanding after it.
 */
@JCStressTest
@Outcome(id = "0, 1, 1, 0", expect = ACCEPTABLE, desc = "Read before it left.")
@Outcome(id = "1, 0, 1, 0", expect = ACCEPTABLE, desc = "Read after it left.")
@Outcome(id = "1, 1, 1, 0", expect = ACCEPTABLE_INTERESTING, desc = "Read while it was leaving: it is in both counts.")
@Outcome(expect = FORBIDDEN, desc = "It was in neither count.")
@State
public class RecordTableCountJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final RecordTable table = new RecordTable(SITE);
    private final LeakRecord leaving = Fixture.record();

    public RecordTableCountJcstress() {
        table.link(leaving, Fixture.THREAD);
    }

    @Actor
    public void closer() {
        leaving.segment().remove(leaving);
    }

    @Actor
    public void reader(IIII_Result r) {
        RecordTable.Count count = table.count();
        r.r1 = (int) count.exits;
        r.r2 = (int) count.outstanding;
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        RecordTable.Count count = table.count();
        r.r3 = (int) count.exits;
        r.r4 = (int) count.outstanding;
    }

    /** Adds up the exits, then walks the slots: a record that left in between has vanished. */
    @JCStressTest
    @JCStressMeta(RecordTableCountJcstress.class)
    @State
    public static class BrokenExitsFirst {
        private final Segment segment = new Segment(SITE, RecordTable.FIRST_SLOTS, true);
        private final LeakRecord leaving = Fixture.record();

        public BrokenExitsFirst() {
            segment.offerFromCursor(leaving);
        }

        @Actor
        public void closer() {
            segment.remove(leaving);
        }

        @Actor
        public void reader(IIII_Result r) {
            for (int index = 0; index < segment.size(); index++) {
                r.r1 += (int) segment.exitsAt(index);
            }
            for (int index = 0; index < segment.size(); index++) {
                r.r2 += segment.at(index) == null ? 0 : 1;
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            r.r3 = (int) segment.exitsAt(0);
            r.r4 = segment.at(0) == null ? 0 : 1;
        }
    }
}
