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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One owner hands a guard over while another closes it. The hand-over either happens before the close, or says that it
 * is too late; it never touches the state, so that the close stays the one close. Whoever has seen the guard closed
 * cannot hand it over any more.
 *
 * <p>Results: 0 if the hand-over was refused, 1 if it succeeded, 9 if it succeeded after the guard was seen closed;
 * cleanups after one more close; redundant closes.
 */
@JCStressTest
@Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "The close was first, and the hand-over was refused.")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "The hand-over was first, and the close came after it.")
@Outcome(expect = FORBIDDEN, desc = "Handed over after it was seen closed, or cleaned up twice or never.")
@State
public class GuardHandOverJcstress {
    private final Site site = Fixture.site(Fixture.TRACK);
    private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
    private final AtomicInteger cleanups = guard.get();

    @Actor
    public void closer() {
        guard.close();
    }

    @Actor
    public void giver(III_Result r) {
        boolean open = guard.isOpen();
        try {
            guard.handOver(Fixture.THREAD);
            r.r1 = open ? 1 : 9;
        } catch (IllegalStateException closedBefore) {
            r.r1 = 0;
        }
    }

    @Arbiter
    public void arbiter(III_Result r) {
        judge(r, site, guard, cleanups);
    }

    private static void judge(III_Result r, Site site, Guard<?> guard, AtomicInteger cleanups) {
        guard.close();
        r.r2 = cleanups.get();
        r.r3 = (int) Fixture.stats(site).redundantCloses();
    }

    /** Writes the state that it read back together with the new owner: a close in between is undone. */
    @JCStressTest
    @JCStressMeta(GuardHandOverJcstress.class)
    @State
    public static class BrokenStateWrittenBack {
        private final Site site = Fixture.site(Fixture.TRACK);
        private final Guard<AtomicInteger> guard = site.open(new AtomicInteger(), Fixture.CLEANUP);
        private final AtomicInteger cleanups = guard.get();

        @Actor
        public void closer() {
            guard.close();
        }

        @Actor
        public void giver(III_Result r) {
            LeakRecord record = guard.record();
            if (record.isOpen()) {
                record.setOwnerVolatile(Fixture.THREAD);
                record.finish(LeakRecord.OPEN);
                r.r1 = 1;
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            judge(r, site, guard, cleanups);
        }
    }
}
