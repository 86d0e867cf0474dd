package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * One thread opens a guard and leaves it in a plain field; another finds it there and closes it. The record is placed
 * before it is published in its slot, and the guard reaches nobody before that, so that even this careless hand-over
 * finds a record that knows its slot.
 *
 * <p>Results: 1 if the guard was found and closed, cleanups, released, outstanding.
 */
@JCStressTest
@Outcome(id = "0, 0, 0, 1", expect = ACCEPTABLE, desc = "Not found: the guard is open.")
@Outcome(id = "1, 1, 1, 0", expect = ACCEPTABLE, desc = "Found and closed.")
@Outcome(expect = FORBIDDEN, desc = "The finder saw half a guard.")
@State
public class GuardPublishJcstress {
    private final Site site = Fixture.site(Fixture.TRACK);
    private final AtomicInteger cleanups = new AtomicInteger();
    private Guard<AtomicInteger> found;

    @Actor
    public void opener() {
        found = site.open(cleanups, Fixture.CLEANUP);
    }

    @Actor
    public void finder(IIII_Result r) {
        Guard<AtomicInteger> guard = found;
        if (guard != null) {
            guard.close();
            r.r1 = 1;
        }
    }

    @Arbiter
    public void arbiter(IIII_Result r) {
        SiteStats stats = Fixture.stats(site);
        r.r2 = cleanups.get();
        r.r3 = (int) stats.released();
        r.r4 = (int) stats.outstanding();
    }

    /** The handle escapes before its record is placed: the finder takes the record out of the wrong slot. */
    @JCStressTest
    @JCStressMeta(GuardPublishJcstress.class)
    @State
    public static class BrokenEscapeBeforePlace {
        private static final int SLOTS = 32;

        private final Segment segment = new Segment(Fixture.site(Fixture.TRACK), SLOTS, true);
        private final AtomicInteger cleanups = new AtomicInteger();
        private LeakRecord found;

        public BrokenEscapeBeforePlace() {
            while (segment.free() > 1) {
                segment.offerFromCursor(Fixture.record());
            }
            segment.rewind();
        }

        @Actor
        public void opener() {
            LeakRecord record = Fixture.record();
            found = record;
            segment.offerFromCursor(record);
        }

        @Actor
        public void finder(IIII_Result r) {
            LeakRecord record = found;
            if (record != null && record.transition(LeakRecord.OPEN, LeakRecord.CLOSED) != -1) {
                cleanups.incrementAndGet();
                segment.remove(record);
                r.r1 = 1;
            }
        }

        @Arbiter
        public void arbiter(IIII_Result r) {
            r.r2 = cleanups.get();
            r.r3 = (int) segment.exitsAt(SLOTS - 1);
            r.r4 = segment.at(SLOTS - 1) == null ? 0 : 1;
        }
    }
}
