package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A record is linked while the reaper walks the table. The record is told its slot before the compare-and-set that puts
 * it there, so the reaper finds a record that it can take out again, or none.
 *
 * <p>Results: 0 if the walk did not meet the record, 1 if it took it out, 2 if the record did not know its slot; exits;
 * records outstanding.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = ACCEPTABLE, desc = "Not met: it stays linked.")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "Met, placed, and taken out of its own slot.")
@Outcome(expect = FORBIDDEN, desc = "Half a record was met, or the wrong slot was freed.")
@State
public class LeakRecordPublishJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final RecordTable table = new RecordTable(SITE);
    private final LeakRecord other = Fixture.record();

    public LeakRecordPublishJcstress() {
        table.link(other, Fixture.THREAD);
    }

    @Actor
    public void opener() {
        table.link(Fixture.record(), Fixture.THREAD);
    }

    @Actor
    public void reaper(III_Result r) {
        table.forEach(record -> {
            if (record != other) {
                boolean placed = record.index() == 1 && record.site() == SITE;
                r.r1 = placed ? 1 : 2;
                if (placed && record.transition(LeakRecord.OPEN, LeakRecord.LEAKED) != -1) {
                    record.segment().remove(record);
                }
            }
        });
    }

    @Arbiter
    public void arbiter(III_Result r) {
        RecordTable.Count count = table.count();
        r.r2 = (int) count.exits;
        r.r3 = (int) count.outstanding;
    }

    /** Places the record when the slot is its own, which is when others see it already. */
    @JCStressTest
    @JCStressMeta(LeakRecordPublishJcstress.class)
    @State
    public static class BrokenPlaceAfterPublish {
        private final Segment segment = new Segment(SITE, 2, true);
        private final AtomicReferenceArray<LeakRecord> slots = new AtomicReferenceArray<>(2);

        public BrokenPlaceAfterPublish() {
            slots.set(0, Fixture.record());
        }

        @Actor
        public void opener() {
            LeakRecord record = Fixture.record();
            if (slots.compareAndSet(1, null, record)) {
                record.place(segment, 1);
            }
        }

        @Actor
        public void reaper(III_Result r) {
            LeakRecord record = null;
            for (int look = 0; record == null && look < 100; look++) {
                record = slots.get(1);
            }
            if (record != null) {
                boolean placed = record.index() == 1;
                r.r1 = placed ? 1 : 2;
                slots.set(1, placed ? null : record);
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r2 = slots.get(1) == null ? 1 : 0;
            r.r3 = slots.get(1) == null ? 1 : 2;
        }
    }
}
