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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * An older resource is closed while a newer one of the same stripe is opened and closed, and one more is opened: the
 * newer ones want the very slot that becomes free. The exits are counted beside the slot with a plain add; leaving the
 * slot with a release store, and entering it with a compare-and-set, is what orders the adds of two threads.
 *
 * <p>Results: exits; what a walk finds, 100 for the old record, 10 for the newer, 1 for the newest; records outstanding.
 */
@JCStressTest
@Outcome(id = "2, 1, 1", expect = ACCEPTABLE, desc = "Two have left, and the one that is open is found.")
@Outcome(expect = FORBIDDEN, desc = "An exit was lost or counted twice, or a walk finds what is not open.")
@State
public class RecordTableLinkJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private static final int LOOKS = 100;

    private final RecordTable table = new RecordTable(SITE);
    private final LeakRecord old = Fixture.record();
    private final LeakRecord newer = Fixture.record();
    private final LeakRecord newest = Fixture.record();

    public RecordTableLinkJcstress() {
        table.link(old, Fixture.THREAD);
    }

    @Actor
    public void closer() {
        old.segment().remove(old);
    }

    @Actor
    public void opener() {
        Segment segment = old.segment();
        for (int look = 0; look < LOOKS && segment.at(0) == old; look++) {
            Thread.onSpinWait(); // so that both mostly meet in the slot that becomes free
        }
        table.link(newer, Fixture.THREAD);
        newer.segment().remove(newer);
        table.link(newest, Fixture.THREAD);
    }

    @Arbiter
    public void arbiter(III_Result r) {
        RecordTable.Count count = table.count();
        r.r1 = (int) count.exits;
        table.forEach(record -> r.r2 += record == old ? 100 : record == newer ? 10 : 1);
        r.r3 = (int) count.outstanding;
    }

    /** Frees the slot before it counts: the next record of the slot may leave meanwhile, and one add is lost. */
    @JCStressTest
    @JCStressMeta(RecordTableLinkJcstress.class)
    @State
    public static class BrokenCountAfterFree {
        private final AtomicReference<LeakRecord> slot = new AtomicReference<>();
        private final LeakRecord old = Fixture.record();
        private final LeakRecord newer = Fixture.record();
        private int exits;
        private int elsewhere;

        public BrokenCountAfterFree() {
            slot.set(old);
        }

        @Actor
        public void closer() {
            remove();
        }

        @Actor
        public void opener() {
            for (int look = 0; look < LOOKS; look++) {
                if (slot.compareAndSet(null, newer)) {
                    remove();
                    return;
                }
            }
            elsewhere = 1; // two slots, two counts: not what this is about
        }

        private void remove() {
            slot.set(null);
            exits++;
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r1 = exits + elsewhere;
            r.r2 = 1;
            r.r3 = 1;
        }
    }
}
