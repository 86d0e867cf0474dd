package io.watertight.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who started each thread, and from which line: the Flight Recorder's thread-start events, written all the time and read
 * only when a thread is under suspicion.
 *
 * <p>Thread-safe. Starting costs about half a second once in a JVM, a reading some ten milliseconds.
 */
final class ThreadBirths implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadBirths.class);
    private static final String EVENT = "jdk.ThreadStart";
    private static final long MOST_BYTES = 64L << 20;

    /**
     * The start of one thread.
     *
     * @param startedAt innermost frame first
     */
    record Birth(long id, long parentId, String parentName, List<StackTraceElement> startedAt) {}

    private final Map<Long, Birth> births = new HashMap<>();
    /** Those of the births whose threads were dead, without a live descendant that is known, at the last reading. */
    private final Set<Long> dead = new HashSet<>();

    private @Nullable Recording recording;

    private ThreadBirths(Recording recording) {
        this.recording = recording;
    }

    /** Begins to record; null, with a warning, where there is no Flight Recorder. */
    static @Nullable ThreadBirths begin() {
        try {
            return new ThreadBirths(start());
        } catch (RuntimeException | LinkageError unavailable) {
            LOG.warn(
                    "leak check: who started a thread cannot be said, because the Flight Recorder is not available ({});"
                            + " in parallel runs, leaked threads are shown at the end and blamed on no test",
                    unavailable.toString());
            return null;
        }
    }

    private static Recording start() {
        Recording fresh = new Recording();
        try {
            fresh.setName("watertight-leak-check");
            fresh.setToDisk(true);
            fresh.setMaxSize(MOST_BYTES);
            fresh.enable(EVENT).withStackTrace();
            fresh.start();
            return fresh;
        } catch (RuntimeException | Error failure) {
            fresh.close();
            throw failure;
        }
    }

    /** The starts of these threads and of their ancestors, as far as they were recorded, by thread id. */
    synchronized Map<Long, Birth> of(Iterable<Thread> threads) {
        for (Thread thread : threads) {
            if (!births.containsKey(thread.getId())) {
                read();
                break;
            }
        }
        return Map.copyOf(births);
    }

    /** Goes over to a fresh recording, so that nothing is missed and nothing is read twice. */
    private void read() {
        Recording full = recording;
        if (full == null) {
            return;
        }
        try {
            recording = start();
            Path file = Files.createTempFile("watertight-births", ".jfr");
            try (full) {
                full.stop();
                full.dump(file);
                try (RecordingFile events = new RecordingFile(file)) {
                    while (events.hasMoreEvents()) {
                        add(events.readEvent());
                    }
                }
            } finally {
                Files.deleteIfExists(file);
            }
            forgetTheDead();
        } catch (IOException | RuntimeException unreadable) {
            LOG.warn("leak check: the recording of thread starts could not be read", unreadable);
        }
    }

    private void add(RecordedEvent event) {
        if (!event.getEventType().getName().equals(EVENT)) {
            return;
        }
        RecordedThread thread = event.getThread("thread");
        RecordedThread parent = event.getThread("parentThread");
        // The recorder writes threads down once in a chunk, and forgets those that end: a starter can be missing.
        if (thread != null && parent != null) {
            births.put(
                    thread.getJavaThreadId(),
                    new Birth(
                            thread.getJavaThreadId(),
                            parent.getJavaThreadId(),
                            String.valueOf(parent.getJavaName()),
                            stack(event.getStackTrace())));
        }
    }

    private static List<StackTraceElement> stack(@Nullable RecordedStackTrace trace) {
        return trace == null
                ? List.of()
                : trace.getFrames().stream()
                        .filter(frame -> frame.isJavaFrame() && !isHidden(frame))
                        .map(ThreadBirths::element)
                        .toList();
    }

    /** The class of a lambda: other stacks do not show it either. */
    private static boolean isHidden(RecordedFrame frame) {
        return frame.getMethod().getType().getName().contains("$$Lambda");
    }

    /** The recorder does not know the file: it is that of the outermost class, as a rule. */
    private static StackTraceElement element(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        String simple = type.substring(type.lastIndexOf('.') + 1);
        int nested = simple.indexOf('$');
        String file = (nested < 0 ? simple : simple.substring(0, nested)) + ".java";
        return new StackTraceElement(type, frame.getMethod().getName(), file, frame.getLineNumber());
    }

    /**
     * Only live threads and their ancestors can be asked for again. A thread that has died may have started one after the
     * end of what was read; that is read the next time, so the dead are kept until then.
     */
    private void forgetTheDead() {
        Set<Long> wanted = new HashSet<>();
        for (Thread thread : LiveThreads.now()) {
            Long id = thread.getId();
            Birth birth = births.get(id);
            while (birth != null && wanted.add(id)) {
                id = birth.parentId();
                birth = births.get(id);
            }
        }
        births.keySet().removeIf(id -> !wanted.contains(id) && dead.contains(id));
        dead.clear();
        dead.addAll(births.keySet());
        dead.removeAll(wanted);
    }

    @Override
    public synchronized void close() {
        Recording last = recording;
        recording = null;
        if (last != null) {
            last.close();
        }
    }
}
