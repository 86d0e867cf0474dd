package io.watertight.guards;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressMeta;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads open the first two resources of a stripe. One of them makes the stripe; both records must be in the one
 * that stays.
 *
 * <p>Results: how often a walk finds the first record, and the second.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Both are linked.")
@Outcome(expect = FORBIDDEN, desc = "A record went into a stripe, or a slot, that another thread replaced.")
@State
public class RecordTableFirstLinkJcstress {
    private static final Site SITE = Fixture.site(Fixture.TRACK);

    private final RecordTable table = new RecordTable(SITE);
    private final LeakRecord first = Fixture.record();
    private final LeakRecord second = Fixture.record();

    @Actor
    public void first() {
        table.link(first, Fixture.THREAD);
    }

    @Actor
    public void second() {
        table.link(second, Fixture.THREAD);
    }

    @Arbiter
    public void arbiter(II_Result r) {
        table.forEach(record -> {
            r.r1 += record == first ? 1 : 0;
            r.r2 += record == second ? 1 : 0;
        });
    }

    /** Makes the stripe when it sees none: the second stripe replaces the first one, with the record in it. */
    @JCStressTest
    @JCStressMeta(RecordTableFirstLinkJcstress.class)
    @State
    public static class BrokenStripeReplaced {
        private final LeakRecord first = Fixture.record();
        private final LeakRecord second = Fixture.record();
        private volatile Segment stripe;

        @Actor
        public void first() {
            link(first);
        }

        @Actor
        public void second() {
            link(second);
        }

        private void link(LeakRecord record) {
            if (stripe == null) {
                stripe = new Segment(SITE, RecordTable.FIRST_SLOTS, true);
            }
            stripe.offerFromCursor(record);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            for (int index = 0; index < stripe.size(); index++) {
                r.r1 += stripe.at(index) == first ? 1 : 0;
                r.r2 += stripe.at(index) == second ? 1 : 0;
            }
        }
    }
}
