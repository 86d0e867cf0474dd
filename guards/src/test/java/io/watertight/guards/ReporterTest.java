package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Rate limit, sinks, listeners that misbehave, suppressions, bounds. */
class ReporterTest {
    private final TestRegistry test = new TestRegistry();
    private final LeakDetector detector = test.detector("thing");
    private final Site site = detector.site("known place");

    private Guard<String> open() {
        return site.open("resource", resource -> {});
    }

    private void leak(int count) {
        for (int i = 0; i < count; i++) {
            open().record().enqueue();
        }
        test.registry.pump();
    }

    @Test
    void firstLeakIsReportedAtOnceAndTheOthersAfterAMinute() {
        leak(1);
        leak(5);
        leak(6);
        assertThat(test.reports).hasSize(1);

        test.advance(Duration.ofSeconds(59));
        assertThat(test.reports).hasSize(1);
        test.advance(Duration.ofSeconds(2));

        assertThat(test.reports).hasSize(2);
        assertThat(test.reports.get(1).count()).isEqualTo(11);
        assertThat(test.reports.get(1).message()).contains("+10 more");
        assertThat(site.stats().leaked()).isEqualTo(12);
    }

    @Test
    void eachSiteAndEvidenceHasItsOwnLimit() {
        leak(3);
        detector.site("other").open("resource", resource -> {}).record().enqueue();
        Guard<String> failing = site.open("resource", resource -> {
            throw new IllegalStateException();
        });
        assertThatThrownBy(failing::close).isInstanceOf(IllegalStateException.class);
        test.registry.pump();

        assertThat(test.reports).hasSize(3);
    }

    @Test
    void sizesOfHeldBackReportsAreAddedUp() {
        for (int i = 0; i < 3; i++) {
            site.open(10, "resource", resource -> {}).record().enqueue();
        }
        test.registry.pump();
        test.advance(Duration.ofMinutes(2));

        assertThat(test.reports).extracting(LeakReport::bytes).containsExactly(10L, 20L);
    }

    @Test
    void throwingListenerIsCountedAndTheOthersAreCalled() {
        List<LeakReport> seen = new ArrayList<>();
        test.registry.reporter.addListener(report -> {
            throw new AssertionError("listener");
        });
        test.registry.reporter.addListener(seen::add);

        leak(1);

        assertThat(seen).hasSize(1);
        assertThat(test.registry.stats().listenerFailures()).isEqualTo(1);
    }

    @Test
    void removedListenerIsNotCalled() {
        List<LeakReport> seen = new ArrayList<>();
        Lease<LeakListener> registration = test.registry.reporter.addListener(seen::add);
        assertThat(registration.get()).isNotNull();

        registration.close();
        registration.close();
        leak(1);

        assertThat(seen).isEmpty();
        assertThatThrownBy(registration::get).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void listenerMayPump() {
        test.registry.reporter.addListener(report -> test.registry.pump());

        leak(2);

        assertThat(site.stats().leaked()).isEqualTo(2);
    }

    @Test
    void reportsBeyondTheQueueAreDroppedAndCounted() {
        int leaks = Reporter.QUEUE_CAPACITY + 10;
        for (int i = 0; i < leaks; i++) {
            open().record().enqueue();
        }
        test.registry.step(true);
        test.registry.pump();

        assertThat(site.stats().leaked()).isEqualTo(leaks);
        assertThat(test.registry.stats().droppedReports()).isEqualTo(10);
    }

    @Test
    void suppressedLeakIsCountedAndNotReported() {
        test.registry.reporter.suppressions.add("thing", "known");
        test.registry.reporter.suppressions.add("*", "nowhere");

        leak(1);
        detector.site("other").open("resource", resource -> {}).record().enqueue();
        test.registry.pump();

        assertThat(test.reports).extracting(LeakReport::site).containsExactly("other");
        assertThat(site.stats().leaked()).isEqualTo(1);
        assertThat(test.registry.stats().suppressedReports()).isEqualTo(1);
    }

    @Test
    void suppressionsAndLevelsAreReadFromSystemProperties() {
        System.setProperty("watertight.suppress", "thing@known; other");
        System.setProperty("watertight.level.special", "strict");
        System.setProperty("watertight.level.odd", "loud");
        try {
            TestRegistry configured = new TestRegistry();
            LeakDetector thing = configured.detector("thing");

            configured.collect(thing.site("known place").open("r", resource -> {}));
            configured.collect(thing.site("elsewhere").open("r", resource -> {}));
            configured.collect(configured.detector("other").site("any").open("r", resource -> {}));

            assertThat(configured.reports).extracting(LeakReport::site).containsExactly("elsewhere");
            assertThat(configured.detector("special").level()).isEqualTo(TrackingLevel.STRICT);
            assertThat(configured.detector("odd").level()).isEqualTo(TrackingLevel.TRACK);
            System.setProperty("watertight.level", "COUNT");
            assertThat(configured.detector("any").level()).isEqualTo(TrackingLevel.COUNT);
            assertThat(configured.builder("special").effectiveLevel()).isEqualTo(TrackingLevel.STRICT);
        } finally {
            System.clearProperty("watertight.suppress");
            System.clearProperty("watertight.level");
            System.clearProperty("watertight.level.special");
            System.clearProperty("watertight.level.odd");
        }
    }

    @Test
    void logLineHasTheStackAndTheNumbers() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.watertight.guards");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            leak(1);
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.ERROR);
            assertThat(line.getFormattedMessage()).startsWith("leak 'thing': dropped without close()");
            assertThat(line.getThrowableProxy()
                            .getStackTraceElementProxyArray()[0]
                            .getStackTraceElement()
                            .getMethodName())
                    .isEqualTo("open");
            assertThat(line.getKeyValuePairs()).anyMatch(pair -> pair.key.equals("evidence"));
        });
    }

    @Test
    void fullShowsTheStackOfTheVeryAcquisition() {
        open().close(); // the example of the site is this line
        detector.level(TrackingLevel.FULL);

        test.collect(site.open("resource", resource -> {}));

        LeakReport report = test.reports.get(0);
        assertThat(report.acquiredAt().get(0).getMethodName()).isEqualTo("fullShowsTheStackOfTheVeryAcquisition");
    }

    @Test
    void shutDownRegistryReportsNothingAndClosesWhatIsOpen() {
        Guard<String> guard = open();
        test.registry.shutDown();

        assertThat(open().site()).isNull();
        guard.close();
        guard.close();
        test.registry.pump();

        assertThat(test.reports).isEmpty();
        assertThat(site.stats().released()).isEqualTo(1);
    }
}
