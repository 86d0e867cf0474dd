package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.testing.AllocatingOperation;
import io.watertight.testing.AllocationBaseline;
import io.watertight.testing.Allocations;
import org.junit.jupiter.api.Test;

/**
 * What opening, using and closing guards allocates, to the byte: as the committed baseline says. In a registry of its own,
 * whose detectors no scope of the leak check makes slower.
 */
class AllocationTest {
    private static final int LARGEST_FULL = 4_096;
    private static final AllocationBaseline BASELINE = AllocationBaseline.standard();

    /** Escapes, so that no compiler removes the handle. */
    private static volatile Object sink;

    private final LeakRegistry registry = new LeakRegistry(() -> 0, false, SiteTable.DEFAULT_BOUND, Throwable::new);
    private final LeakDetector detector = new LeakDetectorBuilder("thing", registry).build();
    private final Site site = detector.site("AllocationTest");
    private final Object resource = new Object();

    private AllocatingOperation openAndCloseAt(TrackingLevel level) {
        detector.level(level);
        return () -> {
            Guard<Object> guard = site.open(resource, ignored -> {});
            sink = guard;
            guard.close();
        };
    }

    @Test
    void offAllocatesTheHandleOnly() {
        BASELINE.check("guards: open and close, OFF", openAndCloseAt(TrackingLevel.OFF));
    }

    @Test
    void countAllocatesTheHandleOnly() {
        BASELINE.check("guards: open and close, COUNT", openAndCloseAt(TrackingLevel.COUNT));
    }

    @Test
    void trackAllocatesTheHandleAndARecord() {
        BASELINE.check("guards: open and close, TRACK", openAndCloseAt(TrackingLevel.TRACK));
    }

    @Test
    void sizeCostsEightBytesMore() {
        BASELINE.check("guards: open and close with a size, TRACK", () -> {
            Guard<Object> guard = site.open(100, resource, ignored -> {});
            sink = guard;
            guard.close();
        });
    }

    @Test
    void acquisitionsThatAreNotSampledAllocateNoMoreThanOthers() {
        for (int i = 0; i < SiteSampler.KEYED_AT_START; i++) {
            detector.open(resource, ignored -> {}).close();
        }
        registry.captureBudget.spend(Long.MAX_VALUE / 2);

        BASELINE.check("guards: open and close without a site, TRACK", () -> {
            Guard<Object> guard = detector.open(resource, ignored -> {});
            sink = guard;
            guard.close();
        });
    }

    @Test
    void fullAndStrictAllocateAStackAndNotMoreWithEachCall() {
        double open = Allocations.measure(openAndCloseAt(TrackingLevel.OFF)).bytesPerOperation();

        assertThat(Allocations.measure(openAndCloseAt(TrackingLevel.FULL)))
                .satisfies(full -> assertThat(full.bytesPerOperation()).isBetween(open, (double) LARGEST_FULL))
                .satisfies(full -> assertThat(full.grows()).isFalse());
        assertThat(Allocations.measure(openAndCloseAt(TrackingLevel.STRICT)))
                .satisfies(strict -> assertThat(strict.bytesPerOperation()).isBetween(open, (double) LARGEST_FULL))
                .satisfies(strict -> assertThat(strict.grows()).isFalse());
    }

    @Test
    void useAllocatesNothing() {
        try (Guard<Object> guard = site.open(resource, ignored -> {})) {
            Allocations.assertAllocatesNothing(() -> sink = guard.get());
            Allocations.assertAllocatesNothing(guard::handOver);
        }
    }

    @Test
    void secondCloseAllocatesNothing() {
        Guard<Object> guard = site.open(resource, ignored -> {});
        guard.close();

        Allocations.assertAllocatesNothing(guard::close);
    }
}
