package io.watertight.guards;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a main class of the tests in a JVM of its own: same Java, same class path, other flags. */
final class Fork {
    private static final long PATIENCE_MINUTES = 30;

    private Fork() {}

    /** What a JVM left behind. */
    record Result(int exit, String out, String err) {
        /** The number that the program printed as {@code key=number}. */
        long value(String key) {
            Matcher matcher = Pattern.compile("\\b" + key + "=(-?\\d+)").matcher(out);
            if (!matcher.find()) {
                throw new AssertionError("no '" + key + "' in " + this);
            }
            return Long.parseLong(matcher.group(1));
        }
    }

    static Result run(Class<?> main, List<String> flags, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(main.getName());
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = Files.createTempFile("fork", ".out");
        Path err = Files.createTempFile("fork", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                    throw new AssertionError("still running: " + command);
                }
            } finally {
                process.destroyForcibly();
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
