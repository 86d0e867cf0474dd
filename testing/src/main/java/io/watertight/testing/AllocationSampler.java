package io.watertight.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Runs an operation once more under Flight Recorder, which samples one allocation per refill of the thread's allocation
 * buffer. Loaded only where Flight Recorder exists.
 */
final class AllocationSampler {
    private static final String IN_BUFFER = "jdk.ObjectAllocationInNewTLAB";
    private static final String OUTSIDE = "jdk.ObjectAllocationOutsideTLAB";
    /** So much that there are samples, and not so much that an operation that keeps everything fills the heap. */
    private static final long BYTES = 64 << 20;

    private static final long SETTLING = Duration.ofSeconds(1).toNanos();

    private AllocationSampler() {}

    /** Lines by bytes, most first, each with its share; empty if nothing was sampled. Runs at least one batch. */
    static List<String> lines(AllocatingOperation operation, AllocationResult steady, Duration longest, int count)
            throws Throwable {
        Path file = Files.createTempFile("allocations", ".jfr");
        try {
            try (Recording recording = new Recording()) {
                recording.start();
                settle(operation, steady);
                recording.enable(IN_BUFFER).withStackTrace();
                recording.enable(OUTSIDE).withStackTrace();
                sample(operation, steady.operationsPerBatch(), longest.toNanos());
                recording.stop();
                recording.dump(file);
            }
            return rank(read(file), count);
        } finally {
            Files.delete(file);
        }
    }

    /**
     * On 17 the start of a recording throws compiled code away. Without this, lines would be blamed whose objects the
     * compiler removes.
     */
    private static void settle(AllocatingOperation operation, AllocationResult steady) throws Throwable {
        long start = System.nanoTime();
        int batch = steady.operationsPerBatch();
        double most = (steady.bytesPerOperation() + AllocationSeries.TOLERANCE) * batch;
        while (AllocationMeasurement.batch(operation, batch) > most && System.nanoTime() - start < SETTLING) {
            // until the operation allocates no more than it did
        }
    }

    private static void sample(AllocatingOperation operation, int batch, long longest) throws Throwable {
        long start = System.nanoTime();
        long bytes = 0;
        do {
            bytes += AllocationMeasurement.batch(operation, batch);
        } while (bytes < BYTES && System.nanoTime() - start < longest);
    }

    private static Map<String, Long> read(Path file) throws IOException {
        Map<String, Long> bytesByLine = new HashMap<>();
        long thread = Thread.currentThread().getId();
        try (RecordingFile events = new RecordingFile(file)) {
            while (events.hasMoreEvents()) {
                RecordedEvent event = events.readEvent();
                String name = event.getEventType().getName();
                boolean inBuffer = name.equals(IN_BUFFER);
                if (!(inBuffer || name.equals(OUTSIDE)) // another recording's event
                        || event.getThread() == null
                        || event.getThread().getJavaThreadId() != thread) {
                    continue;
                }
                List<RecordedFrame> frames = AllocationSites.frames(event);
                if (!frames.isEmpty()) {
                    long bytes = event.getLong(inBuffer ? "tlabSize" : "allocationSize");
                    String type = AllocationSites.className(
                            event.getClass("objectClass").getName());
                    bytesByLine.merge(type + " at " + AllocationSites.where(frames), bytes, Long::sum);
                }
            }
        }
        return bytesByLine;
    }

    private static List<String> rank(Map<String, Long> bytesByLine, int count) {
        long total = bytesByLine.values().stream().mapToLong(Long::longValue).sum();
        return bytesByLine.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(count)
                .map(entry -> Math.round(100.0 * entry.getValue() / total) + " % " + entry.getKey())
                .toList();
    }
}
