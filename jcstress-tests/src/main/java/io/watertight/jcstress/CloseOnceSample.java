package io.watertight.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads close one flag. The compare-and-set decides, so exactly one of them does the work.
 */
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 1"},
        expect = ACCEPTABLE,
        desc = "One closer wins, the other sees that it is closed.")
@Outcome(expect = FORBIDDEN, desc = "Closed twice, or not at all.")
@State
public class CloseOnceSample {

    private final AtomicBoolean closed = new AtomicBoolean();

    @Actor
    public void first(II_Result r) {
        r.r1 = close();
    }

    @Actor
    public void second(II_Result r) {
        r.r2 = close();
    }

    private int close() {
        return closed.compareAndSet(false, true) ? 1 : 0;
    }
}
