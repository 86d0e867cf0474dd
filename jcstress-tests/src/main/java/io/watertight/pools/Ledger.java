package io.watertight.pools;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakDetector;
import io.watertight.guards.Site;
import io.watertight.guards.internal.StandingBooks;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Counts what is reported of a pool. */
final class Ledger extends StandingBooks {
    private static final LeakDetector DETECTOR = LeakDetector.of("jcstress pool");
    static final Site SITE = DETECTOR.site("jcstress");
    static final Site OTHER_SITE = DETECTOR.site("other");

    /** Where the next lease is acquired. */
    volatile Site site = SITE;

    final AtomicInteger leaks = new AtomicInteger();
    final AtomicInteger overdue = new AtomicInteger();
    final AtomicInteger accusations = new AtomicInteger();
    final AtomicInteger late = new AtomicInteger();
    /** Where the last lease that was found overdue was acquired. */
    volatile @Nullable Site overdueAt;

    Ledger() {
        super(DETECTOR, SITE);
    }

    @Override
    public Site sample() {
        return site;
    }

    @Override
    public void found(Evidence evidence, Site at, int sinceTick, @Nullable Thread owner) {
        if (evidence == Evidence.OVERDUE) {
            overdueAt = at;
        }
        (switch (evidence) {
                    case OVERDUE -> overdue;
                    case OWNER_DEAD -> accusations;
                    default -> leaks;
                })
                .incrementAndGet();
    }

    @Override
    public void returnedLate(Site at, int sinceTick, @Nullable Thread owner) {
        late.incrementAndGet();
    }
}
