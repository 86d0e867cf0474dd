package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A walk over all open records, as the sweep makes it, while a record leaves and another takes its slot. Records have
 * fixed places, so one that is linked all the time is found once; of the other two at most one is found, because they
 * share a slot.
 *
 * <p>Results: how often the lasting record is found, and how many of the others.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The walk came by while the slot was free.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The walk met the leaving record, or the arriving one.")
@Outcome(expect = FORBIDDEN, desc = "The walk missed the record that lasts, or met it twice.")
@State
public class RecordTableWalkJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final RecordTable table = new RecordTable(SITE);
    private final LeakRecord leaving = Fixture.record();
    private final LeakRecord lasting = Fixture.record();
    private final LeakRecord arriving = Fixture.record();

    public RecordTableWalkJcstress() {
        table.link(leaving, Fixture.THREAD);
        table.link(lasting, Fixture.THREAD);
    }

    @Actor
    public void user() {
        leaving.segment().remove(leaving);
        table.link(arriving, Fixture.THREAD);
    }

    @Actor
    public void sweeper(II_Result r) {
        table.forEach(record -> {
            r.r1 += record == lasting ? 1 : 0;
            r.r2 += record == lasting ? 0 : 1;
        });
    }

    /** Keeps the records dense by moving the last one into the gap: a walk may miss it, or meet it twice. */
    @JCStressTest
    @JCStressMeta(RecordTableWalkJcstress.class)
    @State
    public static class BrokenMovedRecords {
        private static final int LAST = 15;

        private final AtomicReferenceArray<LeakRecord> records = new AtomicReferenceArray<>(LAST + 1);
        private final LeakRecord lasting = Fixture.record();

        public BrokenMovedRecords() {
            records.set(0, Fixture.record());
            records.set(LAST, lasting);
        }

        @Actor
        public void user() {
            records.set(0, records.get(LAST));
            records.set(LAST, null);
        }

        @Actor
        public void sweeper(II_Result r) {
            for (int index = 0; index < records.length(); index++) {
                LeakRecord record = records.get(index);
                r.r1 += record == lasting ? 1 : 0;
                r.r2 += record == lasting || record == null ? 0 : 1;
            }
        }
    }
}
