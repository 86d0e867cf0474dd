package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class HeldBackReaperTest {
    /** The reaper of a registry that tracks nothing ends after ten seconds. */
    private static final long LONGER_THAN_THE_REAPER_STAYS_MILLIS = 13_000;

    /** Nobody else would say that there were more leaks than the one that was reported at once. */
    @Test
    @Tag("nightly")
    void reaperStaysUntilWhatIsHeldBackIsReported() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        AtomicLong ahead = new AtomicLong();
        LeakRegistry registry =
                new LeakRegistry(() -> System.nanoTime() + ahead.get(), true, SiteTable.DEFAULT_BOUND, Throwable::new);
        AtomicLong reported = new AtomicLong();
        registry.reporter.addListener(report -> reported.addAndGet(report.count()));
        Site site = new LeakDetectorBuilder("thing", registry).build().site("HeldBackReaperTest");
        leakThree(site);
        assertThat(isSoon(() -> reported.get() == 1)).isTrue();

        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("watertight-reaper") && !before.contains(thread)) {
                thread.join(LONGER_THAN_THE_REAPER_STAYS_MILLIS);
            }
        }
        ahead.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(isSoon(() -> reported.get() == 3))
                .as("all reported: %s", reported)
                .isTrue();
        registry.shutDown();
    }

    private static void leakThree(Site site) {
        List<Guard<AtomicInteger>> guards = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            guards.add(site.open(new AtomicInteger(), AtomicInteger::incrementAndGet));
        }
        guards.forEach(guard -> guard.record().enqueue());
    }

    private static boolean isSoon(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()
                && System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
            Thread.onSpinWait();
        }
        return condition.getAsBoolean();
    }
}
