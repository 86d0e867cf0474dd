package io.watertight.testing;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/**
 * Runs in a JVM without thread-local allocation buffers, where Flight Recorder sees every allocation. Brings the operation
 * to its steady state, records whole patterns of it, and compares the sum of the sizes with the thread's counter: if they
 * differ, something was lost, and it tries again.
 */
final class AllocationForkMain {
    static final String DONE = "done";
    static final String REFUSED = "refused";
    private static final String EVENT = "jdk.ObjectAllocationOutsideTLAB";
    private static final int ATTEMPTS = 3;
    private static final int MOST_OPERATIONS = 256_000;

    private AllocationForkMain() {}

    /** How often, and how much. */
    private record Tally(long count, long bytes) {
        Tally plus(Tally other) {
            return new Tally(count + other.count, bytes + other.bytes);
        }
    }

    /** What was recorded: batches and their bytes by the thread's counter. */
    private record Count(AllocationResult steady, int batches, long bytes) {
        long operations() {
            return (long) batches * steady.operationsPerBatch();
        }

        /** What it should be; -1 if there is no steady state, or its pattern is too long to record. */
        long expected() {
            return batches == 0 ? -1 : Math.round(steady.bytesPerOperation() * operations());
        }
    }

    /** The arguments are the class and the file for the result, which must not exist. */
    public static void main(String[] arguments) throws Throwable {
        Path result = Path.of(arguments[1]);
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        AllocatingOperation operation = (AllocatingOperation) constructor.newInstance();
        List<String> lines = count(operation, result.resolveSibling("recording.jfr"));
        Path unfinished = result.resolveSibling("unfinished");
        Files.write(unfinished, lines);
        Files.move(unfinished, result);
    }

    private static List<String> count(AllocatingOperation operation, Path file) throws Throwable {
        String happened = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Count count = record(operation, file);
            Map<String, Tally> sites = read(file);
            Files.delete(file);
            long recorded = sites.values().stream().mapToLong(Tally::bytes).sum();
            if (recorded == count.bytes && recorded == count.expected()) {
                return lines(count.operations(), sites);
            }
            happened = "the recorded allocations of " + count.operations() + " operations add up to " + recorded
                    + " B, the thread allocated " + count.bytes + " B; measured before: " + count.steady.message();
        }
        return List.of(REFUSED, happened);
    }

    /** The recording starts before the measurement: on 17 its start throws compiled code away. */
    private static Count record(AllocatingOperation operation, Path file) throws Throwable {
        try (Recording recording = new Recording()) {
            recording.start();
            AllocationResult steady = AllocationMeasurement.measure(operation).result();
            int batches = steady.operationsPerBatch() * (long) steady.patternBatches() > MOST_OPERATIONS
                    ? 0
                    : steady.patternBatches();
            recording.enable(EVENT).withStackTrace();
            long bytes = 0;
            for (int batch = 0; batch < batches; batch++) {
                bytes += AllocationMeasurement.batch(operation, steady.operationsPerBatch());
            }
            recording.stop();
            recording.dump(file);
            return new Count(steady, batches, bytes);
        }
    }

    private static Map<String, Tally> read(Path file) throws IOException {
        Map<String, Tally> sites = new TreeMap<>();
        long thread = Thread.currentThread().getId();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                String site = event.getEventType().getName().equals(EVENT)
                                && event.getThread().getJavaThreadId() == thread
                        ? site(event)
                        : null;
                if (site != null) {
                    sites.merge(site, new Tally(1, event.getLong("allocationSize")), Tally::plus);
                }
            }
        }
        return sites;
    }

    private static @Nullable String site(RecordedEvent event) {
        List<RecordedFrame> frames = AllocationSites.frames(event);
        return frames.isEmpty()
                ? null
                : AllocationSites.className(event.getClass("objectClass").getName()) + "\t"
                        + AllocationSites.where(frames);
    }

    private static List<String> lines(long operations, Map<String, Tally> sites) {
        List<String> lines = new ArrayList<>();
        lines.add(DONE);
        lines.add(Long.toString(operations));
        sites.forEach((site, tally) -> lines.add(tally.count + "\t" + tally.bytes + "\t" + site));
        return lines;
    }
}
