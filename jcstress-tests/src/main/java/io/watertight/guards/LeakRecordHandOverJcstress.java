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
 * The owner of a confined guard gives it up without naming the next owner, and another thread, which has not been told,
 * tries to use it. It is refused, or it becomes the owner; then it is the owner in both fields, or its end would accuse
 * nobody.
 *
 * <p>Results: 1 if the taker may use the guard; 1 if its id is recorded; 1 if its thread is.
 */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "Refused: the guard is nobody's.")
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "The taker is the owner.")
@Outcome(expect = FORBIDDEN, desc = "The taker is half an owner.")
@State
public class LeakRecordHandOverJcstress {
    private static final Thread TAKER = new Thread(() -> {}, "taker");
    private static final int TRIES = 100;

    private final LeakRecord record = Fixture.record();

    @Actor
    public void giver() {
        record.setOwnerVolatile(null);
    }

    @Actor
    public void taker(III_Result r) {
        for (int attempt = 0; r.r1 == 0 && attempt < TRIES; attempt++) {
            r.r1 = record.isOrBecomesOwnedBy(TAKER) ? 1 : 0;
        }
    }

    @Arbiter
    public void arbiter(III_Result r) {
        r.r2 = record.ownerId() == (int) TAKER.getId() ? 1 : 0;
        r.r3 = record.ownerVolatile() == TAKER ? 1 : 0;
    }

    /** Frees the id first and clears the thread then: it clears the thread of the taker. */
    @JCStressTest
    @JCStressMeta(LeakRecordHandOverJcstress.class)
    @State
    public static class BrokenIdFreedFirst {
        private final AtomicInteger ownerId = new AtomicInteger(1);
        private volatile Thread owner = Fixture.THREAD;

        @Actor
        public void giver() {
            ownerId.set(0);
            owner = null;
        }

        @Actor
        public void taker(III_Result r) {
            for (int attempt = 0; r.r1 == 0 && attempt < TRIES; attempt++) {
                if (ownerId.compareAndSet(0, 2)) {
                    owner = TAKER;
                    r.r1 = 1;
                }
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r2 = ownerId.get() == 2 ? 1 : 0;
            r.r3 = owner == TAKER ? 1 : 0;
        }
    }
}
