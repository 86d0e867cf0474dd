package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A closer writes into the resource, plainly, and then says that it is closed with a release store. Whoever reads with
 * acquire that it is closed sees what the closer wrote.
 *
 * <p>Results: 1 if the record was seen closed; what was seen of the cleanup.
 */
@JCStressTest
@Outcome(
        id = {"0, 0", "0, 1"},
        expect = ACCEPTABLE,
        desc = "Not closed yet, so nothing is promised.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Closed, and its cleanup is seen.")
@Outcome(expect = FORBIDDEN, desc = "Closed, but the cleanup is not seen.")
@State
public class LeakRecordFinishJcstress {
    private static final int LOOKS = 100;

    private final LeakRecord record = Fixture.record();
    private final int[] resource = new int[32];

    @Actor
    public void closer() {
        record.transition(LeakRecord.OPEN, LeakRecord.CLOSING);
        Arrays.fill(resource, 1);
        record.finish(LeakRecord.CLOSED);
    }

    @Actor
    public void reader(II_Result r) {
        r.r1 = isSeenClosed(record) ? 1 : 0;
        r.r2 = resource[resource.length - 1];
    }

    private static boolean isSeenClosed(LeakRecord record) {
        boolean closed = false;
        for (int look = 0; !closed && look < LOOKS; look++) {
            closed = LeakRecord.stateOf(record.wordAcquire()) == LeakRecord.CLOSED;
        }
        return closed;
    }

    /** Says that the cleanup is done before it is. */
    @JCStressTest
    @JCStressMeta(LeakRecordFinishJcstress.class)
    @State
    public static class BrokenFinishFirst {
        private final LeakRecord record = Fixture.record();
        private final int[] resource = new int[32];

        @Actor
        public void closer() {
            record.transition(LeakRecord.OPEN, LeakRecord.CLOSED);
            Arrays.fill(resource, 1);
        }

        @Actor
        public void reader(II_Result r) {
            r.r1 = isSeenClosed(record) ? 1 : 0;
            r.r2 = resource[resource.length - 1];
        }
    }
}
