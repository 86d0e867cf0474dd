package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.watertight.testing.LeakyRun.Order;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a clean test pays. The bounds are generous, for a machine under load; LeakCheckCost among the benchmarks measures. */
class LeakCheckCostTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MOST_CPU_NANOS = Duration.ofMillis(2).toNanos();
    private static final long MOST_BYTES = 256 << 10;

    @TempDir
    Path folder;

    @AfterEach
    void tidyUp() throws InterruptedException {
        LeakyGround.tidyUp();
    }

    private static void run(Class<?> fixture) {
        assertThat(LeakyRun.in(Order.SEQUENTIAL).run(fixture).successes()).isEqualTo(CleanEmpty.TIMES);
    }

    @ParameterizedTest
    @ValueSource(classes = {CleanEmpty.Checked.class, CleanEmpty.CheckedWithAResource.class})
    void cleanTestIsCheap(Class<?> fixture) {
        for (int i = 0; i < 200; i++) {
            LeakyGround.untilTheEnd("idle-" + i).start();
        }
        run(fixture); // warms up
        run(CleanEmpty.Unchecked.class);
        long cpu = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());

        run(fixture);

        cpu = THREADS.getCurrentThreadCpuTime() - cpu;
        bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - bytes;
        assertThat(cpu / CleanEmpty.TIMES).isLessThan(MOST_CPU_NANOS);
        assertThat(bytes / CleanEmpty.TIMES).isLessThan(MOST_BYTES);
    }

    @Test
    void cleanTestsForceNoCollection() throws IOException {
        assertThat(forcedCollectionsOf(CleanEmpty.Checked.class)).isZero();
        assertThat(forcedCollectionsOf(CleanEmpty.CheckedWithAResource.class)).isZero();
        assertThat(forcedCollectionsOf(LeakyClasses.DeclaredByExtendWith.class)).isPositive();
    }

    private long forcedCollectionsOf(Class<?> fixture) throws IOException {
        Path file = folder.resolve("collections.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.GarbageCollection");
            recording.start();
            LeakyRun.in(Order.SEQUENTIAL).with("grace", "5 s").run(fixture);
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(LeakCheckCostTest::isForced)
                .count();
    }

    private static boolean isForced(RecordedEvent event) {
        return event.getEventType().getName().equals("jdk.GarbageCollection")
                && event.getString("cause").equals("System.gc()");
    }
}
