package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.watertight.guards.Guard;
import io.watertight.guards.LeakScope;
import io.watertight.guards.ScopeReach;
import io.watertight.guards.TrackingLevel;
import io.watertight.guards.Watertight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;

/** What the collector finds while the check waits. */
@Tag("gc")
class LeakCheckGcTest {
    private static final int MANY = 900; // a scope keeps 1,000 findings

    @RepeatedTest(5)
    void resourcesCollectedDuringTheGraceTimeAreAllFound() throws InterruptedException {
        Thread tester = Thread.currentThread();
        List<Guard<Object>> held = new ArrayList<>();
        LeakScope scope = Watertight.scope("collected", ScopeReach.STARTED_THREADS, TrackingLevel.FULL);
        open(held);
        scope.end();
        Thread collector = new Thread(
                () -> {
                    LeakyGround.awaitGraceTimeOf(tester);
                    held.clear();
                    GcBarrier.await();
                },
                "collector");
        collector.start();

        List<FoundLeak> leaks =
                ResourceVerdict.on(scope, TestPlace.unknown("test"), new GraceTime(Duration.ofMinutes(5)));

        collector.join();
        assertThat(leaks).hasSize(MANY);
        assertThat(leaks).allSatisfy(leak -> assertThat(leak.text()).contains("was dropped"));
    }

    private static void open(List<Guard<Object>> held) {
        for (int i = 0; i < MANY; i++) {
            held.add(LeakyGround.DETECTOR.open(new Object(), ignored -> {}));
        }
    }
}
