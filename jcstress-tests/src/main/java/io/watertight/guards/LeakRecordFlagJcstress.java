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
 * The sweep marks a record overdue while its holder closes it. State and flags share one word, and every change of the
 * word is a compare-and-set, so a flag is added to an open record or not at all, and a close carries it along.
 *
 * <p>Results: 1 if the flag was added, 1 if the closer saw it and so reports a late return, the final state.
 */
@JCStressTest
@Outcome(id = "0, 0, 2", expect = ACCEPTABLE, desc = "Closed before it was marked.")
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "Marked, and then closed as a late return.")
@Outcome(expect = FORBIDDEN, desc = "A mark that the closer missed, or a close that the mark undid.")
@State
public class LeakRecordFlagJcstress {
    private final LeakRecord record = Fixture.record();

    @Actor
    public void sweeper(III_Result r) {
        r.r1 = record.flagWhileOpen(LeakRecord.OVERDUE) ? 1 : 0;
    }

    @Actor
    public void closer(III_Result r) {
        int before = record.transition(LeakRecord.OPEN, LeakRecord.CLOSING);
        r.r2 = (before & LeakRecord.OVERDUE) == 0 ? 0 : 1;
        record.finish(LeakRecord.CLOSED);
    }

    @Arbiter
    public void arbiter(III_Result r) {
        r.r3 = LeakRecord.stateOf(record.wordVolatile());
    }

    /** Adds the flag by reading and writing: the word it writes back says OPEN, whatever was done meanwhile. */
    @JCStressTest
    @JCStressMeta(LeakRecordFlagJcstress.class)
    @State
    public static class BrokenFlagWrittenBack {
        private final LeakRecord record = Fixture.record();

        @Actor
        public void sweeper(III_Result r) {
            if (record.isOpen()) {
                record.flagPlain(LeakRecord.OVERDUE);
                r.r1 = 1;
            }
        }

        @Actor
        public void closer(III_Result r) {
            int before = record.transition(LeakRecord.OPEN, LeakRecord.CLOSING);
            r.r2 = (before & LeakRecord.OVERDUE) == 0 ? 0 : 1;
            record.finish(LeakRecord.CLOSED);
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = LeakRecord.stateOf(record.wordVolatile());
        }
    }
}
