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
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A thread hands its guard over and ends, while the sweep looks for guards whose owner has ended. The sweep reads the
 * owner again after it has found the thread dead: what the owner did before its death is seen then.
 *
 * <p>Results: guards held against a dead owner.
 */
@JCStressTest
@Outcome(id = "0", expect = ACCEPTABLE, desc = "Handed over in time: nobody is accused.")
@Outcome(expect = FORBIDDEN, desc = "Accused of what was handed over before the end.")
@State
public class SweepHandOverJcstress {
    private final LeakRegistry registry = Fixture.newRegistry();
    private final LeakDetector detector = new LeakDetectorBuilder("sweep", registry).build();
    private final Mortal owner = new Mortal();
    private final Guard<AtomicInteger> guard = open(detector, owner);

    private static Guard<AtomicInteger> open(LeakDetector detector, Thread owner) {
        Site common = detector.sites().get(0);
        return common.open(new AtomicInteger(), Fixture.CLEANUP).handOver(owner);
    }

    /** A thread that ends when it is told to, and need not be started for that. */
    private static final class Mortal extends Thread {
        private volatile boolean dead;

        @Override
        public State getState() {
            return dead ? State.TERMINATED : State.RUNNABLE;
        }
    }

    @Actor
    public void owner() {
        guard.handOver(Fixture.THREAD);
        owner.dead = true;
    }

    @Actor
    public void sweeper() {
        registry.sweep.run();
    }

    @Arbiter
    public void arbiter(I_Result r) {
        r.r1 = (int) Fixture.stats(guard.site()).ownerDead();
    }

    /** Reads the owner once: it may have handed the guard over between that look and its end. */
    @JCStressTest
    @JCStressMeta(SweepHandOverJcstress.class)
    @State
    public static class BrokenSingleLook {
        private static final int LOOKS = 100;

        private final Mortal owner = new Mortal();
        private final LeakRecord record = new LeakRecord(null, null, 0, owner);

        @Actor
        public void owner() {
            record.setOwnerVolatile(Fixture.THREAD);
            owner.dead = true;
        }

        @Actor
        public void sweeper(I_Result r) {
            for (int look = 0; look < LOOKS; look++) {
                Thread found = record.ownerVolatile();
                if (found != null && found.getState() == Thread.State.TERMINATED) {
                    r.r1 = 1;
                }
            }
        }
    }
}
