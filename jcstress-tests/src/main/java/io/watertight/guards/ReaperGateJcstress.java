package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The reaper finds nothing tracked and wants to end while a resource is opened. It announces that it sleeps, and sweeps
 * once more; the opener links, and looks whether the reaper sleeps. So one of them sees the other.
 *
 * <p>Results: 1 if the opener must start a reaper, 1 if the old reaper ends.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The reaper stays: it saw the record, or was not asleep yet.")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The reaper ends, and the opener starts a new one.")
@Outcome(id = "0, 1", expect = FORBIDDEN, desc = "A record is linked, and nobody is awake.")
@Outcome(expect = FORBIDDEN, desc = "Two reapers.")
@State
public class ReaperGateJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final RecordTable table = new RecordTable(SITE);
    private final ReaperGate gate = new ReaperGate();
    private final LeakRecord record = Fixture.record();

    public ReaperGateJcstress() {
        gate.wake();
    }

    @Actor
    public void opener(II_Result r) {
        table.link(record, Fixture.THREAD);
        r.r1 = !gate.isAwake() && gate.wake() ? 1 : 0;
    }

    @Actor
    public void reaper(II_Result r) {
        r.r2 = gate.mayEnd(table::isEmpty) ? 1 : 0;
    }

    /** Sweeps first and announces then: a record that was linked in between finds the gate awake. */
    @JCStressTest
    @JCStressMeta(ReaperGateJcstress.class)
    @State
    public static class BrokenSweepBeforeAnnouncement {
        private final RecordTable table = new RecordTable(SITE);
        private final AtomicBoolean awake = new AtomicBoolean(true);
        private final LeakRecord record = Fixture.record();

        @Actor
        public void opener(II_Result r) {
            table.link(record, Fixture.THREAD);
            r.r1 = !awake.get() && awake.compareAndSet(false, true) ? 1 : 0;
        }

        @Actor
        public void reaper(II_Result r) {
            if (table.isEmpty()) {
                awake.set(false);
                r.r2 = 1;
            }
        }
    }
}
