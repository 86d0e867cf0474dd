package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GuardTest {
    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final Site site = detector.site("GuardTest");

    @Test
    void closeRunsTheCleanupOnce() {
        AtomicInteger runs = new AtomicInteger();
        Guard<AtomicInteger> guard = site.open(runs, AtomicInteger::incrementAndGet);

        guard.close();
        guard.close();

        assertThat(runs).hasValue(1);
        assertThat(site.stats().redundantCloses()).isEqualTo(1);
    }

    @Test
    void droppedGuardIsReportedWithItsLine() {
        Guard<AtomicInteger> guard = site.open(new AtomicInteger(), AtomicInteger::incrementAndGet);

        test.collect(guard);

        assertThat(test.reports).hasSize(1);
        LeakReport report = test.reports.get(0);
        assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
        assertThat(report.acquiredAt().get(0).getMethodName()).isEqualTo("droppedGuardIsReportedWithItsLine");
        assertThat(site.stats().leaked()).isEqualTo(1);
        assertThat(site.stats().outstanding()).isZero();
    }
}
