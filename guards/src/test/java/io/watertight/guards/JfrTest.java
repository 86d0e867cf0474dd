package io.watertight.guards;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JfrTest {
    private static final String LEAK = "io.watertight.Leak";
    private static final String OUTSTANDING = "io.watertight.Outstanding";
    private static final String ACQUIRE = "io.watertight.Acquire";
    private static final String RELEASE = "io.watertight.Release";

    private final TestRegistry test = new TestRegistry();
    private final Site site = test.detector("recorded").site("JfrTest");
    private final Recording recording = new Recording();

    @TempDir
    Path directory;

    /** The end of a chunk is the end of the recording, so nobody waits for a period to pass. */
    @BeforeEach
    void prepareRecording() {
        recording.enable(OUTSTANDING).with("period", "endChunk");
    }

    @AfterEach
    void removeHooks() {
        recording.close();
        test.registry.shutDown();
    }

    private void start() {
        recording.start();
        test.registry.pump();
    }

    private List<RecordedEvent> stopAndRead(String name) throws IOException {
        recording.stop();
        Path file = directory.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .filter(event -> event.getString("type").equals("recorded")) // not those of registries of other tests
                .toList();
    }

    private static Guard<AtomicInteger> open(Site site, long bytes) {
        return site.open(bytes, new AtomicInteger(), AtomicInteger::incrementAndGet);
    }

    @Test
    void leakIsAnEventWithAllThatTheReportSays() throws IOException {
        start();
        Guard<AtomicInteger> guard = open(site, 64);
        test.advance(Duration.ofSeconds(5));

        test.collect(guard);

        List<RecordedEvent> events = stopAndRead(LEAK);
        assertThat(events).hasSize(1);
        RecordedEvent event = events.get(0);
        assertThat(event.getString("type")).isEqualTo("recorded");
        assertThat(event.getString("site")).isEqualTo("JfrTest");
        assertThat(event.getString("evidence")).isEqualTo("GC_PROVEN");
        assertThat(event.getLong("bytes")).isEqualTo(64);
        assertThat(event.getLong("count")).isEqualTo(1);
        assertThat(event.getDuration("age")).isEqualTo(Duration.ofSeconds(5));
        assertThat(event.getBoolean("returnedLate")).isFalse();
        assertThat(event.getString("message")).isEqualTo(test.reports.get(0).message());
    }

    @Test
    void outstandingResourcesAreAPeriodicEvent() throws IOException {
        Guard<AtomicInteger> before = open(site, 30);
        test.advance(Duration.ofSeconds(7));
        start();
        Guard<AtomicInteger> after = open(site, 12);

        List<RecordedEvent> events = stopAndRead(OUTSTANDING);

        assertThat(events).hasSize(1);
        RecordedEvent event = events.get(0);
        assertThat(event.getString("type")).isEqualTo("recorded");
        assertThat(event.getString("site")).isEqualTo("JfrTest");
        assertThat(event.getLong("count")).isEqualTo(2);
        assertThat(event.getLong("bytes")).isEqualTo(42);
        assertThat(event.getDuration("oldest")).isEqualTo(Duration.ofSeconds(7));
        before.close();
        after.close();
    }

    @Test
    void acquireAndReleaseEventsAreOffByDefault() throws IOException {
        start();

        Guard<AtomicInteger> guard = open(site, 1);
        assertThat(guard.record()).isNotInstanceOf(DetailedRecord.class);
        guard.close();

        recording.stop();
        recording.dump(directory.resolve("all.jfr"));
        assertThat(RecordingFile.readAllEvents(directory.resolve("all.jfr")))
                .extracting(event -> event.getEventType().getName())
                .doesNotContain(ACQUIRE, RELEASE);
    }

    @Test
    void acquireEventSaysWhatAndWhere() throws IOException {
        recording.enable(ACQUIRE);
        start();

        open(site, 100).close();

        List<RecordedEvent> events = stopAndRead(ACQUIRE);
        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("type")).isEqualTo("recorded");
        assertThat(events.get(0).getString("site")).isEqualTo("JfrTest");
        assertThat(events.get(0).getLong("bytes")).isEqualTo(100);
        assertThat(events.get(0).getStackTrace().getFrames())
                .anyMatch(frame -> frame.getMethod().getName().equals("acquireEventSaysWhatAndWhere"));
    }

    @Test
    void releaseEventSaysHowLargeAndHowOld() throws IOException {
        recording.enable(RELEASE);
        start();
        Guard<AtomicInteger> guard = open(site, 100);
        test.ticker.advance(Duration.ofMillis(3_250));

        guard.close();

        List<RecordedEvent> events = stopAndRead(RELEASE);
        assertThat(events).hasSize(1);
        assertThat(events.get(0).getString("type")).isEqualTo("recorded");
        assertThat(events.get(0).getLong("bytes")).isEqualTo(100);
        assertThat(events.get(0).getDuration("age")).isEqualTo(Duration.ofMillis(3_250));
    }

    @Test
    void useEventsEndWithTheRecordingThatAskedForThem() {
        recording.enable(ACQUIRE);
        start();
        assertThat(site.detector().isFastPath()).isFalse();

        recording.stop();
        test.registry.pump();

        assertThat(site.detector().isFastPath()).isTrue();
    }

    @Test
    void hooksAreGoneAfterShutDown() throws IOException {
        Guard<AtomicInteger> guard = open(site, 1);
        start();
        assertThat(registeredEvents()).contains(LEAK, OUTSTANDING, ACQUIRE, RELEASE);

        test.registry.shutDown();

        assertThat(registeredEvents()).isEmpty();
        assertThat(stopAndRead(OUTSTANDING)).isEmpty();
        guard.close();
    }

    /** The step that the reaper was in the middle of must not drop the hooks before they are removed. */
    @Test
    void hooksAreGoneAfterShutDownWithThreads() {
        recording.start();
        LeakRegistry threaded = new LeakRegistry(Ticker.system(), true, SiteTable.DEFAULT_BOUND, Throwable::new);
        LeakDetector detector = new LeakDetectorBuilder("threaded", threaded).build();
        Guard<AtomicInteger> guard = open(detector.site("JfrTest"), 1);
        await(() -> threaded.jfr() != Jfr.NONE);

        threaded.shutDown();

        assertThat(registeredEvents()).isEmpty();
        guard.close();
    }

    @Test
    void secondRegistryRecordsAfterTheFirstWasShutDown() throws IOException {
        TestRegistry first = new TestRegistry();
        first.registry.pump();
        recording.start();
        first.registry.pump();
        first.registry.shutDown();
        test.registry.pump();

        test.collect(open(site, 64));

        assertThat(stopAndRead(LEAK)).hasSize(1);
    }

    private static List<String> registeredEvents() {
        return FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .map(EventType::getName)
                .filter(name -> name.startsWith("io.watertight."))
                .toList();
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start)
                    .isLessThan(Duration.ofSeconds(30).toNanos());
            Thread.onSpinWait();
        }
    }
}
