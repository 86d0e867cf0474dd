package io.watertight.pools;

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
 * One thread closes an arena, another allocates. Who knows that close has returned gets nothing, and what was given out before
 * is refused afterwards.
 *
 * <p>Results: whether close was known to have returned, whether something was allocated, whether that is valid at the end.
 */
@JCStressTest
@Outcome(
        id = {"0, 0, 0", "0, 1, 0"},
        expect = ACCEPTABLE,
        desc = "Close was not known to have returned: allocated before it, or refused.")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "Refused after the close.")
@Outcome(expect = FORBIDDEN, desc = "Allocated after close had returned, or valid in a closed arena.")
@State
public class BumpArenaCloseJcstress {
    private final BumpArena arena = BufferFixture.arena(false);
    private volatile int closed;
    private ArenaSlice slice;

    @Actor
    public void closer() {
        arena.close();
        closed = 1;
    }

    @Actor
    public void allocator(III_Result r) {
        r.r1 = closed;
        try {
            slice = arena.allocate(4);
            r.r2 = 1;
        } catch (IllegalStateException refused) {
            r.r2 = 0;
        }
    }

    @Arbiter
    public void arbiter(III_Result r) {
        r.r3 = slice != null && slice.isValid() ? 1 : 0;
    }

    /** Keeps the mark of the close beside the position, and looks at it first. */
    @JCStressTest
    @JCStressMeta(BumpArenaCloseJcstress.class)
    @State
    public static class BrokenMarkBesidePosition {
        private final AtomicInteger position = new AtomicInteger();
        private volatile boolean marked;
        private volatile int closed;
        private int start = -1;

        @Actor
        public void closer() {
            marked = true;
            position.set(0);
            closed = 1;
        }

        @Actor
        public void allocator(III_Result r) {
            r.r1 = closed;
            if (!marked) {
                start = position.getAndAdd(4);
                r.r2 = 1;
            }
        }

        @Arbiter
        public void arbiter(III_Result r) {
            r.r3 = start >= 0 && start < position.get() ? 1 : 0;
        }
    }
}
