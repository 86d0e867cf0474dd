package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What opening and closing allocates, to the byte, where references are compressed and headers are 12 bytes. */
class AllocationTest {
    private static final int HANDLE = 24;
    private static final int RECORD = 48;
    private static final int SIZED_RECORD = 56;
    private static final int LARGEST_FULL = 4_096;
    /** Escapes, so that no compiler removes the handle. */
    private static volatile Object sink;

    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final Site site = detector.site("AllocationTest");
    private final Object resource = new Object();

    @BeforeAll
    static void onlyWhereTheLayoutIsKnown() {
        HotSpotDiagnosticMXBean flags = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        assumeTrue(isOn(flags, "UseCompressedOops"), "references are not compressed");
        assumeTrue(!isOn(flags, "UseCompactObjectHeaders"), "headers are compact");
    }

    private static boolean isOn(HotSpotDiagnosticMXBean flags, String flag) {
        try {
            return Boolean.parseBoolean(flags.getVMOption(flag).getValue());
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    private void openAndClose() {
        Guard<Object> guard = site.open(resource, ignored -> {});
        sink = guard;
        guard.close();
    }

    private double at(TrackingLevel level) {
        detector.level(level);
        return AllocationProbe.bytesPerOperation(this::openAndClose);
    }

    @Test
    void offAllocatesTheHandleOnly() {
        assertThat(at(TrackingLevel.OFF)).isEqualTo(HANDLE);
    }

    @Test
    void countAllocatesTheHandleOnly() {
        assertThat(at(TrackingLevel.COUNT)).isEqualTo(HANDLE);
    }

    @Test
    void trackAllocatesTheHandleAndARecord() {
        assertThat(at(TrackingLevel.TRACK)).isEqualTo(HANDLE + RECORD);
    }

    @Test
    void sizeCostsEightBytesMore() {
        assertThat(AllocationProbe.bytesPerOperation(() -> {
                    Guard<Object> guard = site.open(100, resource, ignored -> {});
                    sink = guard;
                    guard.close();
                }))
                .isEqualTo(HANDLE + SIZED_RECORD);
    }

    @Test
    void acquisitionsThatAreNotSampledAllocateNoMoreThanOthers() {
        for (int i = 0; i < SiteSampler.KEYED_AT_START; i++) {
            detector.open(resource, ignored -> {}).close();
        }
        test.registry.captureBudget.spend(Long.MAX_VALUE / 2);

        assertThat(AllocationProbe.bytesPerOperation(() -> {
                    Guard<Object> guard = detector.open(resource, ignored -> {});
                    sink = guard;
                    guard.close();
                }))
                .isEqualTo(HANDLE + RECORD);
    }

    @Test
    void fullAndStrictAllocateAStackAndNotMoreWithEachCall() {
        assertThat(at(TrackingLevel.FULL)).isBetween((double) HANDLE + SIZED_RECORD, (double) LARGEST_FULL);
        assertThat(at(TrackingLevel.STRICT)).isBetween((double) HANDLE + SIZED_RECORD, (double) LARGEST_FULL);
    }

    @Test
    void useAllocatesNothing() {
        try (Guard<Object> guard = site.open(resource, ignored -> {})) {
            assertThat(AllocationProbe.bytesPerOperation(() -> sink = guard.get()))
                    .isZero();
            assertThat(AllocationProbe.bytesPerOperation(guard::handOver)).isZero();
        }
    }

    @Test
    void secondCloseAllocatesNothing() {
        Guard<Object> guard = site.open(resource, ignored -> {});

        assertThat(AllocationProbe.bytesPerOperation(guard::close)).isZero();
    }
}
