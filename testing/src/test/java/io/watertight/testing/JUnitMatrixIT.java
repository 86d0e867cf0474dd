package io.watertight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same class files with the oldest JUnit we support, the newest 5 and the newest 6, each in a JVM of its own. */
class JUnitMatrixIT {
    private static final long PATIENCE_MINUTES = 10;
    private static final int MOST_AGAIN = 3;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"5.11.4, false", "5.11.4, true", "5.14.4, false", "5.14.4, true", "6.1.3, false", "6.1.3, true"})
    void everyKindOfLeakIsFoundInItsTestAtItsLine(String version, boolean parallel) throws Exception {
        Properties run = runLeaky(version, parallel);
        for (int i = 0; i < MOST_AGAIN && parallel && !failures(run).contains("EveryKind.leavesThreadOfThread"); i++) {
            run = runLeaky(
                    version, true); // now and then the recorder loses a starter that has ended: docs/testing.md, limits
        }

        assertThat(run.getProperty("junit")).contains("junit-jupiter-api-" + version + ".jar");
        assertThat(failures(run))
                .containsExactlyInAnyOrder(
                        "EveryKind",
                        "EveryKind.keepsOpen",
                        "EveryKind.leavesThread",
                        "EveryKind.leavesThreadOfThread",
                        "EveryKind.leavesTimer",
                        "EveryKind.leavesTwo",
                        "EveryKind.opensOnAThread",
                        "Drops.drops",
                        "Drops.dropsOnAThread",
                        "Retains.retains");
        assertThat(run.getProperty("passed")).isEqualTo("5");
        assertThat(run.getProperty("failed.Retains.retains"))
                .contains("static io.watertight.testing.LeakyFixtures$Retains.CUSTOMERS", "[\"Ada\"]");
        assertLeak(run, "EveryKind.keepsOpen", "'fixture' is still open; acquired at ", "EveryKind.keepsOpen");
        assertLeak(run, "EveryKind.opensOnAThread", "'fixture' is still open; acquired at ", "EveryKind.openElsewhere");
        assertLeak(run, "Drops.drops", "'fixture' was dropped without close", "Drops.drops");
        assertLeak(run, "Drops.dropsOnAThread", "'fixture' was dropped without close", "Drops.dropElsewhere");
        assertLeak(run, "EveryKind.leavesThread", "thread 'left-thread' (daemon) still runs", "EveryKind.leavesThread");
        assertLeak(
                run,
                "EveryKind.leavesThreadOfThread",
                "thread 'left-grandchild' (daemon) still runs",
                "EveryKind.startElsewhere");
        assertLeak(run, "EveryKind.leavesTimer", "thread 'left-timer' (daemon) still runs", "EveryKind.leavesTimer");
        for (String test : new String[] {"leavesExecutor", "leavesScheduler"}) {
            assertThat(run.getProperty("failed.EveryKind"))
                    .contains("class LeakyFixtures.EveryKind left 2 leaks:")
                    .containsPattern("test LeakyFixtures.EveryKind." + test + ": executor with 1 thread .* started at "
                            + Pattern.quote(run.getProperty("line.EveryKind." + test)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.11.4", "5.14.4", "6.1.3"})
    void thousandCleanTestsInParallelAreAllClean(String version) throws Exception {
        Properties run = run(version, true, "60 s", CleanThousand.class);

        assertThat(run.getProperty("junit")).contains("junit-jupiter-api-" + version + ".jar");
        assertThat(failures(run)).as("%s", run).isEmpty();
        assertThat(run.getProperty("passed")).isEqualTo("1000");
    }

    private Properties runLeaky(String version, boolean parallel) throws IOException, InterruptedException {
        return run(
                version,
                parallel,
                "500 ms",
                LeakyFixtures.EveryKind.class,
                LeakyFixtures.Drops.class,
                LeakyFixtures.Retains.class);
    }

    private static void assertLeak(Properties run, String place, String what, String lineOf) {
        assertThat(run.getProperty("failed." + place))
                .contains("." + place + " left 1 leak:")
                .contains("1) " + what)
                .contains(" at " + run.getProperty("line." + lineOf));
    }

    private static Set<String> failures(Properties run) {
        return run.stringPropertyNames().stream()
                .filter(name -> name.startsWith("failed."))
                .map(name -> name.substring("failed.".length()))
                .collect(Collectors.toSet());
    }

    private Properties run(String version, boolean parallel, String grace, Class<?>... fixtures)
            throws IOException, InterruptedException {
        Path results = folder.resolve("results");
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPath(version),
                JUnitMatrixMain.class.getName(),
                results.toString(),
                String.valueOf(parallel),
                grace));
        Stream.of(fixtures).map(Class::getName).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(results)) {
            properties.load(reader);
        }
        return properties;
    }

    /** Ours, with another JUnit. */
    private static String classPath(String version) throws IOException {
        List<String> entries = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("junit-"))
                .collect(Collectors.toCollection(ArrayList::new));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target", "junit-" + version), "*.jar")) {
            jars.forEach(jar -> entries.add(jar.toString()));
        }
        return String.join(File.pathSeparator, entries);
    }
}
