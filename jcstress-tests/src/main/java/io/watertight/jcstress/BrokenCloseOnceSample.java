package io.watertight.jcstress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * {@link CloseOnceSample} with a check and a write in two steps: both threads may pass the check.
 */
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 1"},
        expect = ACCEPTABLE,
        desc = "One closer wins, the other sees that it is closed.")
@Outcome(expect = FORBIDDEN, desc = "Closed twice, or not at all.")
@State
public class BrokenCloseOnceSample {

    private boolean closed;

    @Actor
    public void first(II_Result r) {
        r.r1 = close();
    }

    @Actor
    public void second(II_Result r) {
        r.r2 = close();
    }

    private int close() {
        if (closed) {
            return 0;
        }
        closed = true;
        return 1;
    }
}
