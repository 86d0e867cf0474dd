package io.watertight.testing.internal.jdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs a main class of the tests in a JVM of its own, with other flags and a part of the class path. */
final class Fork {
    private static final long PATIENCE_MINUTES = 10;

    private Fork() {}

    /** The entries of the class path. */
    static Stream<String> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(java.io.File.pathSeparator));
    }

    /** Runs it; returns what it printed, and fails if it did not end with 0. */
    static String run(Class<?> main, Predicate<String> classPath, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.add("-cp");
        command.add(classPath().filter(classPath).collect(Collectors.joining(java.io.File.pathSeparator)));
        command.add(main.getName());
        Path out = Files.createTempFile("fork", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try {
                if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                    throw new AssertionError("still running: " + command);
                }
            } finally {
                process.destroyForcibly();
            }
            String printed = Files.readString(out);
            if (process.exitValue() != 0) {
                throw new AssertionError("exit " + process.exitValue() + " of " + command + "\n" + printed);
            }
            return printed;
        } finally {
            Files.delete(out);
        }
    }
}
