package io.watertight.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Looks for what a run of the clinic has left behind: threads, and files. */
final class Leftovers {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** Groups of the threads that carry virtual ones, and wait for them; they stay once there were any. */
    private static final Set<String> BEHIND_VIRTUAL_THREADS = Set.of("CarrierThreads", "InnocuousThreadGroup");

    private final Set<Thread> before = Thread.getAllStackTraces().keySet();

    /** Names everything that does not go away in time. Idle HTTP clients end when they were collected. */
    List<String> names() throws IOException {
        Patience.until(() -> threads().isEmpty() || Patience.collectOnce(), LIMIT);
        try (Stream<Path> files = Files.list(TempFile.DIRECTORY)) {
            Stream<String> names = files.map(file -> file.getFileName().toString());
            return Stream.concat(threads().stream(), names.filter(name -> name.startsWith(TempFile.PREFIX)))
                    .toList();
        }
    }

    /** New threads, but for those of the JVM and of the library, which end when nothing is open any more. */
    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !before.contains(thread) && !isOfTheJvm(thread))
                .map(Thread::getName)
                .filter(name -> !name.startsWith("watertight-"))
                .toList();
    }

    private static boolean isOfTheJvm(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        boolean ofTheRecorder = thread.getName().startsWith("JFR "); // it keeps its threads after the last recording
        return group == null
                || group.getParent() == null
                || ofTheRecorder
                || BEHIND_VIRTUAL_THREADS.contains(group.getName());
    }
}
