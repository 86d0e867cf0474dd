package io.watertight.testing;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts the JVM that counts allocations: same Java, same class path, same layout of objects. Leaves no file behind. */
final class AllocationFork {
    private static final int OUTPUT_SHOWN = 2_000;

    private AllocationFork() {}

    static AllocationCount count(Class<? extends AllocationScenario> scenario, AllocationMode mode, Duration timeout) {
        requireConstructible(scenario);
        try {
            Path directory = Files.createTempDirectory("allocations");
            try {
                return read(run(command(scenario, mode, directory), directory, timeout));
            } finally {
                delete(directory);
            }
        } catch (IOException failure) {
            throw new AllocationUnavailableException(
                    "allocations '" + scenario.getName() + "': cannot run a JVM to count them: " + failure, failure);
        }
    }

    private static void requireConstructible(Class<?> scenario) {
        boolean inner = scenario.isMemberClass() && !Modifier.isStatic(scenario.getModifiers());
        if (inner || scenario.isLocalClass() || scenario.isAnonymousClass() || scenario.isHidden()) {
            throw new IllegalArgumentException(
                    "scenario must be a class that another JVM can make, so neither inner, local,"
                            + " anonymous nor a lambda: " + scenario.getName());
        }
        if (Modifier.isAbstract(scenario.getModifiers())
                || Stream.of(scenario.getDeclaredConstructors())
                        .noneMatch(constructor -> constructor.getParameterCount() == 0)) {
            throw new IllegalArgumentException(
                    "scenario must have a constructor without parameters and not be abstract: " + scenario.getName());
        }
    }

    private static List<String> command(Class<?> scenario, AllocationMode mode, Path directory) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        JvmFlags.arguments().stream().filter(AllocationFork::isInherited).forEach(command::add);
        command.addAll(List.of(
                "-XX:+UnlockExperimentalVMOptions",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:-UseTLAB",
                // On 17, Serial and Parallel have a second way to allocate inline, unseen by the recorder.
                "-XX:+UseG1GC",
                "-XX:-UsePerfData",
                "-XX:FlightRecorderOptions=stackdepth=512",
                // Flight Recorder's own files go there, too.
                "-Djava.io.tmpdir=" + directory));
        if (mode == AllocationMode.STRICT) {
            command.add("-XX:TieredStopAtLevel=1"); // a compiler that removes no allocation
        }
        for (String flag : List.of("UseCompressedOops", "UseCompressedClassPointers", "UseCompactObjectHeaders")) {
            if (JvmFlags.value(flag) != null) {
                command.add("-XX:" + (JvmFlags.isOn(flag) ? "+" : "-") + flag);
            }
        }
        command.add("-XX:ObjectAlignmentInBytes=" + JvmFlags.number("ObjectAlignmentInBytes", 8));
        command.add(AllocationForkMain.class.getName());
        command.add(scenario.getName());
        command.add(directory.resolve("result").toString());
        return command;
    }

    /** What decides how user code runs; not agents, debuggers and ports, of which there can be only one. */
    private static boolean isInherited(String argument) {
        return (argument.startsWith("-D") && !argument.startsWith("-Dcom.sun.management"))
                || argument.startsWith("--add-opens")
                || argument.startsWith("--add-exports")
                || argument.startsWith("--add-modules=jdk.")
                || argument.startsWith("--enable-")
                || argument.startsWith("-Xmx")
                || argument.startsWith("-Xss");
    }

    /** Everything on the class path: classes that are modules here are found there, too. */
    private static String classPath() {
        String modules = System.getProperty("jdk.module.path", "");
        String classes = System.getProperty("java.class.path", "");
        return modules.isEmpty() ? classes : modules + (classes.isEmpty() ? "" : File.pathSeparator + classes);
    }

    private static List<String> run(List<String> command, Path directory, Duration timeout) throws IOException {
        Path output = directory.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("CLASSPATH", classPath()); // a command line may be too short for it
        Process process = builder.start();
        String happened;
        try {
            happened = process.waitFor(saturatedNanos(timeout), TimeUnit.NANOSECONDS)
                    ? "ended with " + process.exitValue()
                    : "was ended after " + timeout;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            happened = "was ended by an interrupt";
        } finally {
            process.destroyForcibly().onExit().join(); // whatever it was doing, it writes no more files
        }
        Path result = directory.resolve("result");
        if (!Files.exists(result)) {
            throw new AllocationUnavailableException("allocations: the JVM that counts them " + happened
                    + " without an answer; it said: " + tail(output));
        }
        return Files.readAllLines(result);
    }

    private static long saturatedNanos(Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout);
    }

    private static String tail(Path output) throws IOException {
        String text = Files.readString(output).strip();
        return text.isEmpty() ? "nothing" : text.substring(Math.max(0, text.length() - OUTPUT_SHOWN));
    }

    private static AllocationCount read(List<String> lines) {
        if (!lines.get(0).equals(AllocationForkMain.DONE)) {
            throw AllocationCounter.refusal(lines.get(1), "count an operation that does the same each time");
        }
        double operations = Long.parseLong(lines.get(1));
        List<AllocationSite> sites = new ArrayList<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] parts = line.split("\t", -1);
            sites.add(new AllocationSite(
                    parts[2], parts[3], Long.parseLong(parts[0]) / operations, Long.parseLong(parts[1]) / operations));
        }
        sites.sort(Comparator.comparingDouble(AllocationSite::allocationsPerOperation)
                .reversed()
                .thenComparing(AllocationSite::line)
                .thenComparing(AllocationSite::type));
        return new AllocationCount(
                sites.stream()
                        .mapToDouble(AllocationSite::allocationsPerOperation)
                        .sum(),
                sites.stream().mapToDouble(AllocationSite::bytesPerOperation).sum(),
                (long) operations,
                sites);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
