package io.watertight.caches;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Evidence;
import io.watertight.guards.LeakListener;
import io.watertight.guards.LeakReport;
import io.watertight.guards.Lease;
import io.watertight.guards.Watertight;
import io.watertight.testing.AllowLeaks;
import io.watertight.testing.GcBarrier;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of scoped mappings that nobody ends. */
class ScopedMappingLeakTest {
    private static void forget(WatchedMap<String, Object> map) {
        assertThat(map.putScoped("request", "context").isOpen()).isTrue();
    }

    @Test
    @Tag("gc")
    @AllowLeaks(type = ScopedMappings.TYPE, reason = "that it is found is what is tested")
    void forgottenOneIsReportedAndStays() throws InterruptedException {
        WatchedMap<String, Object> map = WatchedMap.<String, Object>builder("contexts")
                .ceiling(10, CeilingPolicy.REFUSE)
                .build();
        Queue<LeakReport> found = new ConcurrentLinkedQueue<>();

        try (Lease<LeakListener> listening = Watertight.onLeak(found::add)) {
            assertThat(listening.isOpen()).isTrue();
            forget(map);
            GcBarrier.await();
            Watertight.pump();
        }

        assertThat(found).anySatisfy(report -> {
            assertThat(report.type()).isEqualTo(ScopedMappings.TYPE);
            assertThat(report.evidence()).isEqualTo(Evidence.GC_PROVEN);
            assertThat(report.site()).contains("ScopedMappingLeakTest.forget(");
        });
        assertThat(map).containsKey("request");
    }
}
