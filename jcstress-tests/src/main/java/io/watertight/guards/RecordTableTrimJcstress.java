package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * The sweep takes an empty segment out while an opener, whose current segment is full, has chosen that very segment for
 * its record. The sweep seals every slot before it unlinks, so that the opener either got in, and the segment stays, or
 * finds no slot and goes elsewhere. The segment is the head of its list here: an opener that pushes a new one makes the
 * unlinking fail, and the seal is taken off again.
 *
 * <p>Results: how often a walk finds the new record, then how often all others, how many exits are counted, and how many
 * of 100 further records a walk finds.
 */
@JCStressTest
@Outcome(id = "1, 32, 89, 100", expect = ACCEPTABLE, desc = "Nothing was lost, and every slot can be used.")
@Outcome(expect = FORBIDDEN, desc = "A record was lost with its segment, or an exit, or a slot stayed sealed.")
@State
public class RecordTableTrimJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);
    private static final int FIRST = RecordTable.FIRST_SLOTS;
    private static final int SECOND = 2 * FIRST;

    private final RecordTable table = new RecordTable(SITE);
    private final LeakRecord filler = Fixture.record();
    private final LeakRecord fresh = Fixture.record();

    /** Ends with a full current segment, the first one, and an empty one before it in the list. */
    public RecordTableTrimJcstress() {
        link(FIRST);
        Segment first = filler.segment();
        link(SECOND);
        Segment second = filler.segment();
        remove(second, SECOND / 4 + 1);
        link(SECOND / 4 + 1); // one at the hint; then the second segment is looked at, and stays the current one
        remove(first, FIRST / 4);
        link(FIRST / 4); // the first segment is looked at, and becomes the current one
        remove(second, SECOND);
    }

    /** One record stands for many: a table does not compare them. */
    private void link(int times) {
        for (int i = 0; i < times; i++) {
            table.link(filler, Fixture.THREAD);
        }
    }

    private void remove(Segment segment, int slots) {
        for (int index = 0; index < slots; index++) {
            filler.place(segment, index);
            segment.remove(filler);
        }
    }

    @Actor
    public void opener() {
        table.link(fresh, Fixture.THREAD);
    }

    @Actor
    public void sweeper() {
        table.trim();
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        table.forEach(record -> {
            r.r1 += record == fresh ? 1 : 0;
            r.r2 += record == filler ? 1 : 0;
        });
        r.r3 = (int) table.count().exits;
        link(100);
        table.forEach(record -> r.r4 += record == filler ? 1 : 0);
        r.r4 -= r.r2;
    }

    /** Unlinks the segment that looks empty, and seals it then: a record that came in between is in no list any more. */
    @JCStressTest
    @JCStressMeta(RecordTableTrimJcstress.class)
    @State
    public static class BrokenUnlinkBeforeSeal {
        private final Segment first = new Segment(SITE, 1, true);
        private final Segment second = new Segment(SITE, SECOND, false);
        private final AtomicReference<Segment> head = new AtomicReference<>(second);
        private final LeakRecord fresh = Fixture.record();

        public BrokenUnlinkBeforeSeal() {
            second.next = first;
        }

        @Actor
        public void opener() {
            Segment segment = head.get();
            if (!segment.offerFromCursor(fresh)) {
                first.offerFromCursor(fresh);
            }
        }

        @Actor
        public void sweeper() {
            if (second.free() == second.size()) {
                head.set(second.next);
                second.seal();
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            for (Segment segment = head.get(); segment != null; segment = segment.next) {
                for (int index = 0; index < segment.size(); index++) {
                    r.r1 += segment.at(index) == fresh ? 1 : 0;
                }
            }
            r.r2 = FIRST;
            r.r3 = 89;
            r.r4 = 100;
        }
    }
}
